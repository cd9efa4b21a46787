package dev.backlot.stream;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.Keys;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keys and tokens in memory, thread-safe. */
public final class FakeGrants implements Keys {
  private final Map<String, Principal> keys = new ConcurrentHashMap<>();
  private final Map<String, StreamGrant> tokens = new ConcurrentHashMap<>();

  /** Tokens by the key that made them; those that a test made itself have none. */
  private final Map<String, String> madeBy = new ConcurrentHashMap<>();

  String key(TenantId tenant, Set<Scope> scopes) {
    String id = "key%09d".formatted(keys.size());
    keys.put("blk_" + id + "_secret", new Principal(tenant, id, scopes));
    return "blk_" + id + "_secret";
  }

  String token(TenantId tenant, StreamScope scope, Instant expiresAt) {
    String id = "tok%09d".formatted(tokens.size());
    tokens.put("bst_" + id + "_secret", new StreamGrant(id, tenant, scope, expiresAt));
    return "bst_" + id + "_secret";
  }

  /** A key takes its tokens with it. */
  void revoke(String presented) {
    Principal key = keys.remove(presented);
    if (key != null) {
      madeBy.forEach(
          (token, keyId) -> {
            if (keyId.equals(key.keyId())) {
              tokens.remove(token);
            }
          });
    }
    tokens.remove(presented);
  }

  @Override
  public Future<Optional<Principal>> authenticate(String presented) {
    return Future.succeededFuture(Optional.ofNullable(keys.get(presented)));
  }

  @Override
  public Future<NewToken> mintStreamToken(
      TenantId tenant, String keyId, StreamScope scope, Instant now, Instant expiresAt) {
    String token = token(tenant, scope, expiresAt);
    madeBy.put(token, keyId);
    return Future.succeededFuture(new NewToken(token, expiresAt));
  }

  @Override
  public Future<Optional<StreamGrant>> streamGrant(String presented, Instant now) {
    return Future.succeededFuture(
        Optional.ofNullable(tokens.get(presented)).filter(g -> now.isBefore(g.expiresAt())));
  }

  @Override
  public Future<Set<String>> closed(Set<String> keyIds, Set<String> tokenIds, Instant now) {
    Set<String> closed = new HashSet<>(keyIds);
    closed.addAll(tokenIds);
    keys.values().forEach(caller -> closed.remove(caller.keyId()));
    tokens.values().forEach(grant -> closed.remove(grant.tokenId()));
    return Future.succeededFuture(closed);
  }

  @Override
  public Future<NewKey> create(String tenantName, Set<Scope> scopes, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<TenantId> install(
      String tenantName, String presented, Set<Scope> scopes, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Boolean> revoke(String keyId, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Optional<TenantId>> tenantNamed(String name) {
    throw new UnsupportedOperationException();
  }
}
