package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.port.JobWebhooks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** One round trip for what is known; a second one, under a lock, for what is not. */
public final class PgJobWebhooks implements JobWebhooks {
  private final Pool pool;
  private final PgTransactions transactions;

  public PgJobWebhooks(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  /**
   * @param digest what the index has of an address, which may be too long for one
   */
  private record Asked(Address address, String digest, EndpointId fresh) {}

  @Override
  public Future<Kept> keep(TenantId tenant, Map<Address, EndpointId> fresh, int most, Instant now) {
    List<Asked> asked =
        fresh.entrySet().stream()
            .map(each -> new Asked(each.getKey(), digest(each.getKey()), each.getValue()))
            .toList();
    Map<String, EndpointId> found = new HashMap<>();
    return Reads.list(
            pool, JobWebhookSql.KNOWN, Tuple.of(tenant.value(), (Object) digests(asked)), r -> r)
        .compose(
            rows -> {
              rows.forEach(row -> add(found, row));
              List<Asked> unknown =
                  asked.stream().filter(each -> !found.containsKey(each.digest())).toList();
              return unknown.isEmpty()
                  ? Future.succeededFuture(true)
                  : keep(tenant, unknown, most, now, found);
            })
        .map(hasKeys -> new Kept(byAddress(asked, found), hasKeys));
  }

  /** Answers whether the tenant has keys. */
  private Future<Boolean> keep(
      TenantId tenant, List<Asked> unknown, int most, Instant now, Map<String, EndpointId> found) {
    Tuple arguments =
        Rows.arguments(
            tenant.value(),
            Rows.column(unknown, each -> each.fresh().value(), UUID[]::new),
            Rows.column(unknown, each -> each.address().url(), String[]::new),
            digests(unknown),
            most,
            Rows.time(now),
            Rows.column(unknown, each -> each.address().origin(), String[]::new));
    return transactions
        .inOneFlight(
            tx -> {
              tx.execute(WebhookSql.LOCK_TENANT, Tuple.of(tenant.value()));
              return tx.execute(JobWebhookSql.KEEP, arguments)
                  .map(rows -> Reads.list(rows, row -> row));
            })
        .map(
            rows -> {
              rows.stream().filter(row -> row.getUUID("id") != null).forEach(r -> add(found, r));
              return rows.get(0).getBoolean("has_keys");
            });
  }

  @Override
  public Future<Optional<Told>> of(TenantId tenant, JobId job) {
    return Reads.list(
            pool,
            JobWebhookSql.OF,
            Tuple.of(tenant.value(), job.value()),
            row -> new Told(WebhookRows.endpoint(row), Set.of(row.getArrayOfStrings("told"))))
        .map(found -> found.stream().findFirst());
  }

  @Override
  public Future<Optional<EndpointKeys>> keys(TenantId tenant) {
    return Reads.list(pool, JobWebhookSql.KEYS, Tuple.of(tenant.value()), WebhookRows::keys)
        .map(found -> found.stream().findFirst());
  }

  @Override
  public Future<EndpointKeys> rotate(
      TenantId tenant, String sealedKeys, String publicKey, Instant previousUntil, Instant now) {
    Tuple row =
        Rows.arguments(
            tenant.value(), sealedKeys, publicKey, Rows.time(previousUntil), Rows.time(now));
    return transactions.inOneFlight(
        tx ->
            tx.execute(JobWebhookSql.ROTATE, row)
                .map(rows -> WebhookRows.keys(rows.iterator().next())));
  }

  private static void add(Map<String, EndpointId> found, Row row) {
    found.put(row.getString("url_digest"), new EndpointId(row.getUUID("id")));
  }

  private static Map<Address, EndpointId> byAddress(
      List<Asked> asked, Map<String, EndpointId> found) {
    Map<Address, EndpointId> kept = new HashMap<>();
    for (Asked each : asked) {
      EndpointId endpoint = found.get(each.digest());
      if (endpoint != null) {
        kept.put(each.address(), endpoint);
      }
    }
    return kept;
  }

  private static String[] digests(List<Asked> asked) {
    return asked.stream().map(Asked::digest).toArray(String[]::new);
  }

  /** No address has a line break in it. */
  private static String digest(Address address) {
    String text =
        address.origin() == null ? address.url() : address.origin() + "\n" + address.url();
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
