package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.Keys;
import dev.backlot.port.StreamTokens;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keys and tokens in memory, thread-safe. */
public final class FakeGrants implements Keys, StreamTokens {
  /** Of tokens that a test made itself. */
  private static final String NO_KEY = "nokeynokeyno";

  private final Map<String, Principal> keys = new ConcurrentHashMap<>();

  /** By what is presented. */
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();

  private final AtomicInteger made = new AtomicInteger();

  /** With which every question fails while it is set. */
  volatile @Nullable RuntimeException failure;

  /** Before it is complete no question has its answer. */
  volatile Future<?> gate = Future.succeededFuture();

  /** Of credentials, and of rounds for those in use. */
  final AtomicInteger lookUps = new AtomicInteger();

  final AtomicInteger rechecks = new AtomicInteger();

  private record Token(TenantId tenant, LiveToken live) {
    boolean isOf(TenantId owner, Instant now) {
      return tenant.equals(owner) && now.isBefore(live.expiresAt());
    }
  }

  String key(TenantId tenant, Set<Scope> scopes) {
    String id = "key%09d".formatted(made.getAndIncrement());
    keys.put("blk_" + id + "_secret", new Principal(tenant, id, scopes));
    return "blk_" + id + "_secret";
  }

  String token(TenantId tenant, StreamScope scope, Instant expiresAt) {
    return token(tenant, NO_KEY, scope, Instant.EPOCH, expiresAt).presented();
  }

  /** A key takes its tokens with it. */
  void revoke(String presented) {
    Principal key = keys.remove(presented);
    if (key != null) {
      tokens.values().removeIf(token -> token.live().keyId().equals(key.keyId()));
    }
    tokens.remove(presented);
  }

  /** Of all tenants, but no key. */
  void revokeTokens() {
    tokens.clear();
  }

  @Override
  public Future<Optional<Principal>> authenticate(String presented) {
    lookUps.incrementAndGet();
    return answer(Optional.ofNullable(keys.get(presented)));
  }

  @Override
  public Future<NewToken> mint(
      TenantId tenant,
      String keyId,
      StreamScope scope,
      Instant now,
      Instant expiresAt,
      int liveMax) {
    if (tokens.values().stream().filter(token -> token.isOf(tenant, now)).count() >= liveMax) {
      return Future.failedFuture(new BacklotException(ErrorCode.TOO_MANY_TOKENS, "Too many."));
    }
    return Future.succeededFuture(token(tenant, keyId, scope, now, expiresAt));
  }

  @Override
  public Future<Boolean> revoke(TenantId tenant, String id, Instant now) {
    return Future.succeededFuture(
        tokens.values().removeIf(token -> token.isOf(tenant, now) && token.live().id().equals(id)));
  }

  @Override
  public Future<Page<LiveToken>> live(
      TenantId tenant, @Nullable String cursor, int limit, Instant now) {
    List<LiveToken> all =
        tokens.values().stream()
            .filter(token -> token.isOf(tenant, now))
            .map(Token::live)
            .sorted(
                Comparator.comparing(LiveToken::createdAt).thenComparing(LiveToken::id).reversed())
            .toList();
    int from = 0;
    if (cursor != null) {
      from = all.stream().map(LiveToken::id).toList().indexOf(cursor) + 1;
      if (from == 0) {
        return Future.failedFuture(new BacklotException(ErrorCode.INVALID_REQUEST, "No cursor."));
      }
    }
    int to = Math.min(all.size(), from + limit);
    return Future.succeededFuture(
        new Page<>(all.subList(from, to), to < all.size() ? all.get(to - 1).id() : null));
  }

  @Override
  public Future<Optional<StreamGrant>> streamGrant(String presented, Instant now) {
    lookUps.incrementAndGet();
    return answer(
        Optional.ofNullable(tokens.get(presented))
            .filter(token -> now.isBefore(token.live().expiresAt()))
            .map(FakeGrants::grant));
  }

  @Override
  public Future<Set<String>> closed(Set<String> keyIds, Set<String> tokenIds, Instant now) {
    rechecks.incrementAndGet();
    Set<String> closed = new HashSet<>(keyIds);
    closed.addAll(tokenIds);
    keys.values().forEach(caller -> closed.remove(caller.keyId()));
    tokens.values().forEach(token -> closed.remove(token.live().id()));
    return answer(closed);
  }

  private <T> Future<T> answer(T found) {
    RuntimeException away = failure;
    return gate.compose(
        open -> away == null ? Future.succeededFuture(found) : Future.failedFuture(away));
  }

  private NewToken token(
      TenantId tenant, String keyId, StreamScope scope, Instant now, Instant expiresAt) {
    String id = "tok%09d".formatted(made.getAndIncrement());
    String presented = "bst_" + id + "_secret";
    tokens.put(presented, new Token(tenant, new LiveToken(id, keyId, scope, now, expiresAt)));
    return new NewToken(id, presented, expiresAt);
  }

  private static StreamGrant grant(Token token) {
    LiveToken live = token.live();
    return new StreamGrant(live.id(), token.tenant(), live.scope(), live.expiresAt());
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
