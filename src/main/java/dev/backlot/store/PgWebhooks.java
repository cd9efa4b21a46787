package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointChange;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.NewEndpoint;
import dev.backlot.port.Webhooks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One round trip for each question, and two to resume. */
public final class PgWebhooks implements Webhooks {
  private final Pool pool;
  private final PgTransactions transactions;

  public PgWebhooks(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Optional<Endpoint>> create(NewEndpoint endpoint, int most, Instant now) {
    Tuple row =
        Rows.arguments(
            endpoint.id().value(),
            endpoint.tenant().value(),
            endpoint.url(),
            endpoint.description(),
            sorted(endpoint.events()),
            endpoint.keys().current(),
            endpoint.keys().publicKey(),
            Rows.time(now),
            most);
    return transactions.inOneFlight(
        tx -> {
          tx.execute(WebhookSql.LOCK_TENANT, Tuple.of(endpoint.tenant().value()));
          return tx.execute(WebhookSql.CREATE, row).map(rows -> first(rows, WebhookRows::endpoint));
        });
  }

  @Override
  public Future<List<Endpoint>> list(TenantId tenant) {
    return Reads.list(pool, WebhookSql.LIST, Tuple.of(tenant.value()), WebhookRows::endpoint);
  }

  @Override
  public Future<Optional<Endpoint>> find(TenantId tenant, EndpointId id) {
    return Reads.list(pool, WebhookSql.FIND, of(tenant, id), WebhookRows::endpoint)
        .map(found -> found.stream().findFirst());
  }

  @Override
  public Future<Optional<Endpoint>> change(
      TenantId tenant, EndpointId id, EndpointChange change, Instant now) {
    return locked(
        tenant, id, WebhookSql.CHANGE, row(tenant, id, change, now), WebhookRows::endpoint);
  }

  private static Tuple row(TenantId tenant, EndpointId id, EndpointChange change, Instant now) {
    Set<String> events = change.events();
    return Rows.arguments(
        id.value(),
        tenant.value(),
        change.url(),
        change.description(),
        events == null ? null : sorted(events),
        change.enabled(),
        Rows.time(now));
  }

  @Override
  public Future<Optional<Endpoint>> resume(
      TenantId tenant,
      EndpointId id,
      EndpointChange change,
      Instant since,
      int waitingMax,
      Instant now) {
    Tuple missed =
        Rows.arguments(id.value(), tenant.value(), Rows.time(since), waitingMax, Rows.time(now));
    return transactions.inTwoFlights(
        tx -> {
          tx.execute(WebhookResumeSql.LOCK_PLANNING, Tuple.tuple());
          tx.execute(WebhookSql.LOCK, of(tenant, id));
          tx.execute(WebhookSql.CHANGE, row(tenant, id, change, now));
          return tx.execute(WebhookResumeSql.RESUME, missed).map(rows -> rows.iterator().next());
        },
        (resumed, tx) -> {
          requireKept(resumed, since);
          requireRoom(resumed, waitingMax);
          return tx.execute(WebhookSql.FIND, of(tenant, id))
              .map(rows -> first(rows, WebhookRows::endpoint));
        });
  }

  /** Thrown, for then what was written is undone. */
  private static void requireKept(Row resumed, Instant since) {
    Instant kept = Rows.instantOrNull(resumed, "kept_since");
    if (kept != null && since.isBefore(kept)) {
      throw BacklotException.ofField(
          ErrorCode.CURSOR_EXPIRED,
          "/since",
          "Events before " + kept + " are no longer kept. Take that time, or a later one.");
    }
  }

  private static void requireRoom(Row resumed, int waitingMax) {
    if (resumed.getBoolean("too_many")) {
      throw BacklotException.ofField(
          ErrorCode.INVALID_REQUEST,
          "/since",
          "More than "
              + waitingMax
              + " deliveries would wait. Take a later time, and read what is older of the stream.");
    }
  }

  @Override
  public Future<Boolean> remove(TenantId tenant, EndpointId id, Instant now) {
    return Reads.count(pool, WebhookSql.REMOVE, of(tenant, id).addOffsetDateTime(Rows.time(now)))
        .map(removed -> removed > 0);
  }

  @Override
  public Future<Optional<Endpoint>> rotate(
      TenantId tenant,
      EndpointId id,
      String sealedKeys,
      String publicKey,
      Instant previousUntil,
      Instant now) {
    Tuple row =
        Rows.arguments(
            id.value(),
            tenant.value(),
            sealedKeys,
            publicKey,
            Rows.time(previousUntil),
            Rows.time(now));
    return transactions.inOneFlight(
        tx -> tx.execute(WebhookSql.ROTATE, row).map(rows -> first(rows, WebhookRows::endpoint)));
  }

  @Override
  public Future<Page<Delivery>> deliveries(
      TenantId tenant, EndpointId id, @Nullable DeliveryState state, long before, int limit) {
    Tuple arguments =
        Rows.arguments(
            id.value(), tenant.value(), before, limit + 1, state == null ? null : state.text());
    return Reads.list(pool, WebhookSql.DELIVERIES, arguments, WebhookRows::delivery)
        .map(
            found -> {
              boolean more = found.size() > limit;
              List<Delivery> page = more ? found.subList(0, limit) : found;
              return new Page<>(page, more ? Long.toString(page.get(limit - 1).position()) : null);
            });
  }

  @Override
  public Future<Optional<Delivery>> replay(
      TenantId tenant, EndpointId id, long position, int waitingMax) {
    Tuple row = Rows.arguments(id.value(), tenant.value(), position, waitingMax);
    return locked(tenant, id, WebhookSql.REPLAY, row, WebhookRows::delivery);
  }

  @Override
  public Future<Integer> replayFailed(
      TenantId tenant, EndpointId id, Instant since, int waitingMax) {
    Tuple row =
        Rows.arguments(id.value(), tenant.value(), Rows.time(since), REPLAY_MAX, waitingMax);
    return locked(tenant, id, WebhookSql.REPLAY_FAILED, row, found -> found.getInteger("replayed"))
        .map(replayed -> replayed.orElse(0));
  }

  private <T> Future<Optional<T>> locked(
      TenantId tenant, EndpointId id, String sql, Tuple row, Function<Row, T> mapper) {
    return transactions.inOneFlight(
        tx -> {
          tx.execute(WebhookSql.LOCK, of(tenant, id));
          return tx.execute(sql, row).map(rows -> first(rows, mapper));
        });
  }

  private static <T> Optional<T> first(RowSet<Row> rows, Function<Row, T> mapper) {
    return Reads.list(rows, mapper).stream().findFirst();
  }

  private static Tuple of(TenantId tenant, EndpointId id) {
    return Tuple.of(id.value(), tenant.value());
  }

  private static String[] sorted(Set<String> events) {
    return events.stream().sorted().toArray(String[]::new);
  }
}
