package dev.backlot.store;

import dev.backlot.config.Seal;
import dev.backlot.config.Secret;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.AccessKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One look-up for each question, as {@link PgKeys}. */
public final class PgAccessKeys implements AccessKeys {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{16,64}");
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ACCESS_LENGTH = 32;
  private static final int SECRET_BYTES = 32;

  private final Pool pool;
  private final PgTransactions transactions;
  private final Seal seal;
  private final SecureRandom random;
  private final Supplier<UUID> tenantIds;

  /**
   * @param sealingKey of the installation, the same on all nodes
   */
  public PgAccessKeys(
      Vertx vertx, Pool pool, Secret sealingKey, SecureRandom random, Supplier<UUID> tenantIds) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
    this.seal = new Seal(sealingKey, "backlot access keys v1", random);
    this.random = random;
    this.tenantIds = tenantIds;
  }

  @Override
  public Future<NewPair> create(String tenantName, Set<Scope> scopes, Instant now) {
    if (!PgKeys.isTenantName(tenantName)) {
      return PgKeys.refuseTenantName();
    }
    String accessKey = accessKey();
    String secretKey = secretKey();
    Tuple tenant = Tuple.of(tenantIds.get(), tenantName, Rows.time(now));
    String[] scopeTexts = scopes.stream().map(Scope::text).sorted().toArray(String[]::new);
    Tuple pair =
        Rows.arguments(
            accessKey,
            tenantName,
            seal.seal(accessKey, secretKey.getBytes(StandardCharsets.UTF_8)),
            scopeTexts,
            Rows.time(now));
    return transactions.inOneFlight(
        tx -> {
          tx.execute(KeySql.ENSURE_TENANT, tenant);
          return tx.execute(AccessKeySql.CREATE, pair)
              .map(rows -> Rows.tenant(rows.iterator().next(), "tenant_id"))
              .map(owner -> new NewPair(owner, accessKey, secretKey));
        });
  }

  @Override
  public Future<Optional<Pair>> find(String accessKey) {
    if (!FORM.matcher(accessKey).matches()) {
      return Future.succeededFuture(Optional.empty());
    }
    return Reads.list(pool, AccessKeySql.LIVE, Tuple.of(accessKey), row -> pair(accessKey, row))
        .map(pairs -> pairs.stream().findFirst());
  }

  @Override
  public Future<Boolean> revoke(String accessKey, Instant now) {
    return Reads.count(pool, AccessKeySql.REVOKE, Tuple.of(accessKey, Rows.time(now)))
        .map(revoked -> revoked > 0);
  }

  private Pair pair(String accessKey, Row row) {
    Set<Scope> scopes =
        Arrays.stream(row.getArrayOfStrings("scopes"))
            .map(Scope::parse)
            .collect(Collectors.toUnmodifiableSet());
    TenantId tenant = Rows.tenant(row, "tenant_id");
    return new Pair(
        new Principal(tenant, accessKey, scopes),
        new String(seal.open(accessKey, row.getString("sealed_secret")), StandardCharsets.UTF_8));
  }

  /** 190 random bits: nobody meets another's. */
  private String accessKey() {
    StringBuilder id = new StringBuilder(ACCESS_LENGTH);
    for (int i = 0; i < ACCESS_LENGTH; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }

  private String secretKey() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }
}
