package dev.backlot.cli;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.schedule.Share;
import dev.backlot.port.AccessKeys;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Keys;
import dev.backlot.port.Shares;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Keys and credit of one tenant, acme, in memory. */
final class TenantBook {
  static final String KEY_ID = "aaaaaaaaaaaa";
  static final String ACCESS_KEY = "ABCDEFGHIJKLMNOPabcdefghijklmnop";
  static final String SECRET_KEY = "the-secret-of-the-pair";
  static final String PRESENTED = "blk_" + KEY_ID + "_secret";
  private static final TenantId ACME = new TenantId(new UUID(1, 1));

  final Set<Scope> scopes = new HashSet<>();
  private final Map<Asset, Credits> granted = new EnumMap<>(Asset.class);
  private final Set<String> references = new HashSet<>();

  Share share = new Share(1, null);

  Shares shares() {
    return new BookShares();
  }

  private final class BookShares implements Shares {
    @Override
    public Future<Share> of(TenantId tenant) {
      return Future.succeededFuture(share);
    }

    @Override
    public Future<Void> change(TenantId tenant, Share changed) {
      share = changed;
      return Future.succeededFuture();
    }
  }

  Credits available(Asset asset) {
    return granted.getOrDefault(asset, Credits.ZERO);
  }

  Keys keys() {
    return new BookKeys();
  }

  CreditLedger ledger() {
    return new BookLedger();
  }

  AccessKeys accessKeys() {
    return new BookPairs();
  }

  private final class BookPairs implements AccessKeys {
    @Override
    public Future<NewPair> create(String tenantName, Set<Scope> asked, Instant now) {
      scopes.addAll(asked);
      return Future.succeededFuture(new NewPair(ACME, ACCESS_KEY, SECRET_KEY));
    }

    @Override
    public Future<Optional<Pair>> find(String accessKey) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Boolean> revoke(String accessKey, Instant now) {
      return Future.succeededFuture(accessKey.equals(ACCESS_KEY));
    }
  }

  private final class BookKeys implements Keys {
    @Override
    public Future<NewKey> create(String tenantName, Set<Scope> asked, Instant now) {
      scopes.addAll(asked);
      return Future.succeededFuture(new NewKey(ACME, KEY_ID, PRESENTED));
    }

    @Override
    public Future<Boolean> revoke(String keyId, Instant now) {
      return Future.succeededFuture(keyId.equals(KEY_ID));
    }

    @Override
    public Future<Optional<TenantId>> tenantNamed(String name) {
      return Future.succeededFuture(name.equals("acme") ? Optional.of(ACME) : Optional.empty());
    }

    @Override
    public Future<Optional<Principal>> authenticate(String presented) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<TenantId> install(
        String tenantName, String presented, Set<Scope> asked, Instant now) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Optional<StreamGrant>> streamGrant(String presented, Instant now) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Set<String>> closed(Set<String> keyIds, Set<String> tokenIds, Instant now) {
      throw new UnsupportedOperationException();
    }
  }

  private final class BookLedger implements CreditLedger {
    @Override
    public Future<List<Balance>> balances(TenantId tenant) {
      return Future.succeededFuture(
          granted.entrySet().stream()
              .map(e -> new Balance(e.getKey(), e.getValue(), Credits.ZERO, Credits.ZERO))
              .toList());
    }

    @Override
    public Future<Boolean> grant(
        TenantId tenant, Asset asset, Credits amount, String reference, Instant now) {
      boolean first = references.add(asset + reference);
      if (first) {
        granted.merge(asset, amount, Credits::plus);
      }
      return Future.succeededFuture(first);
    }

    @Override
    public Future<List<TenantBalance>> allBalances(int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Map<String, Credits>> totals(Asset asset) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<String>> violations() {
      throw new UnsupportedOperationException();
    }
  }
}
