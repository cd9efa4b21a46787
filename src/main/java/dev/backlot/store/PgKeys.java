package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.Keys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One look-up by public id for each question; remembering answers is the caller's business, so that
 * a revocation is as old as one memory, not two.
 */
public final class PgKeys implements Keys {
  private static final Pattern TENANT_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private final Pool pool;
  private final PgTransactions transactions;
  private final RandomGenerator secrets;
  private final Supplier<UUID> tenantIds;

  /**
   * @param secrets makes ids and secrets: a {@code SecureRandom} everywhere but in tests
   */
  public PgKeys(Vertx vertx, Pool pool, RandomGenerator secrets, Supplier<UUID> tenantIds) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, secrets);
    this.secrets = secrets;
    this.tenantIds = tenantIds;
  }

  @Override
  public Future<Optional<Principal>> authenticate(String presented) {
    Optional<Credential> key = Credential.parse(Credential.KEY, presented);
    if (key.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return Reads.list(pool, KeySql.LIVE_KEY, Tuple.of(key.get().id()), row -> row)
        .map(rows -> matching(rows, key.get()).map(row -> principal(key.get(), row)));
  }

  @Override
  public Future<NewKey> create(String tenantName, Set<Scope> scopes, Instant now) {
    Credential key = Credential.make(Credential.KEY, secrets);
    return store(tenantName, key, scopes, now)
        .map(tenant -> new NewKey(tenant, key.id(), key.presented()));
  }

  @Override
  public Future<TenantId> install(
      String tenantName, String presented, Set<Scope> scopes, Instant now) {
    return Credential.parse(Credential.KEY, presented)
        .map(key -> store(tenantName, key, scopes, now))
        .orElseGet(() -> refuse("The key must have the form blk_<id>_<secret>"));
  }

  @Override
  public Future<Boolean> revoke(String keyId, Instant now) {
    return Reads.count(pool, KeySql.REVOKE, Tuple.of(keyId, Rows.time(now)))
        .map(revoked -> revoked > 0);
  }

  @Override
  public Future<Optional<TenantId>> tenantNamed(String name) {
    return Reads.list(pool, KeySql.TENANT_NAMED, Tuple.of(name), row -> Rows.tenant(row, "id"))
        .map(tenants -> tenants.stream().findFirst());
  }

  @Override
  public Future<Optional<StreamGrant>> streamGrant(String presented, Instant now) {
    Optional<Credential> token = Credential.parse(Credential.TOKEN, presented);
    if (token.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return Reads.list(
            pool, KeySql.LIVE_TOKEN, Tuple.of(token.get().id(), Rows.time(now)), row -> row)
        .map(rows -> matching(rows, token.get()).map(row -> grant(token.get(), row)));
  }

  @Override
  public Future<Set<String>> closed(Set<String> keyIds, Set<String> tokenIds, Instant now) {
    if (keyIds.size() + tokenIds.size() > MAX_CLOSED) {
      return Future.failedFuture(
          new IllegalArgumentException("at most " + MAX_CLOSED + " ids at once"));
    }
    Tuple ids =
        Rows.arguments(
            keyIds.toArray(String[]::new), tokenIds.toArray(String[]::new), Rows.time(now));
    return Reads.list(pool, KeySql.CLOSED, ids, row -> row.getString("id")).map(Set::copyOf);
  }

  /** Stores a key under its tenant, once: the same key again changes nothing. */
  private Future<TenantId> store(
      String tenantName, Credential key, Set<Scope> scopes, Instant now) {
    if (!isTenantName(tenantName)) {
      return refuseTenantName();
    }
    Tuple tenant = Tuple.of(tenantIds.get(), tenantName, Rows.time(now));
    String[] scopeTexts = scopes.stream().map(Scope::text).sorted().toArray(String[]::new);
    Tuple row = Rows.arguments(key.id(), tenantName, key.sha256(), scopeTexts, Rows.time(now));
    return transactions
        .inOneFlight(
            tx -> {
              tx.execute(KeySql.ENSURE_TENANT, tenant);
              tx.execute(KeySql.ENSURE_KEY, row);
              return tx.execute(KeySql.ANY_KEY, Tuple.of(key.id()))
                  .map(rows -> Reads.list(rows, each -> each));
            })
        .compose(
            rows ->
                matching(rows, key)
                    .map(stored -> Future.succeededFuture(Rows.tenant(stored, "tenant_id")))
                    .orElseGet(() -> refuse("This key id is in use with another secret")));
  }

  static boolean isTenantName(String name) {
    return TENANT_NAME.matcher(name).matches();
  }

  static <T> Future<T> refuseTenantName() {
    return refuse("The name of a tenant is 1 to 63 of a-z, 0-9 and -");
  }

  private static Optional<Row> matching(List<Row> rows, Credential credential) {
    return rows.stream()
        .filter(row -> credential.matches(row.getBuffer("secret_sha256")))
        .findFirst();
  }

  private static Principal principal(Credential key, Row row) {
    Set<Scope> scopes =
        Arrays.stream(row.getArrayOfStrings("scopes"))
            .map(Scope::parse)
            .collect(Collectors.toUnmodifiableSet());
    return new Principal(Rows.tenant(row, "tenant_id"), key.id(), scopes);
  }

  private static StreamGrant grant(Credential token, Row row) {
    return new StreamGrant(
        token.id(),
        Rows.tenant(row, "tenant_id"),
        TokenScopes.read(row),
        Rows.instant(row, "expires_at"));
  }

  private static <T> Future<T> refuse(String why) {
    return Future.failedFuture(new BacklotException(ErrorCode.INVALID_REQUEST, why));
  }
}
