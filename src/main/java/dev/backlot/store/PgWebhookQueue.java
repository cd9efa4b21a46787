package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.port.WebhookQueue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Each step is one transaction of one round trip, however many rows it has. */
public final class PgWebhookQueue implements WebhookQueue {
  private static final Comparator<Delivery> BY_POSITION =
      Comparator.comparingLong(Delivery::position);

  private static final String[] ENDS = EventTypes.ENDS.toArray(String[]::new);

  private final Pool pool;
  private final PgTransactions transactions;

  public PgWebhookQueue(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Planned> plan(int limit, int waitingMax, Instant now) {
    return transactions.inOneFlight(
        tx -> {
          tx.execute(WebhookQueueSql.HOLD);
          tx.execute(WebhookQueueSql.HOLD_OF_JOBS);
          Future<Planned> standing =
              tx.execute(WebhookQueueSql.PLAN, Tuple.of(limit, waitingMax, Rows.time(now)))
                  .map(rows -> planned(rows.iterator().next()));
          Tuple ofJobs = Tuple.of(limit, waitingMax, Rows.time(now), ENDS);
          return tx.execute(WebhookQueueSql.PLAN_OF_JOBS, ofJobs)
              .map(rows -> planned(rows.iterator().next()))
              .compose(jobs -> standing.map(jobs::with));
        });
  }

  @Override
  public Future<List<Claimed>> claim(UUID claim, Room room, int window, Duration lease) {
    List<Map.Entry<TenantId, Places>> taken = List.copyOf(room.taken().entrySet());
    Tuple arguments =
        Rows.arguments(
            claim,
            room.endpoints(),
            Rows.column(taken, each -> each.getKey().value(), UUID[]::new),
            Rows.column(taken, each -> each.getValue().all(), Integer[]::new),
            Rows.column(taken, each -> each.getValue().failing(), Integer[]::new),
            room.perTenant(),
            lease.toMillis());
    return transactions.inOneFlight(
        tx -> {
          tx.execute(WebhookQueueSql.CLAIM, arguments);
          return tx.execute(WebhookQueueSql.LOAD, Tuple.of(claim, window))
              .map(rows -> claimed(claim, rows));
        });
  }

  @Override
  public Future<Boolean> release(Served served, Instant now) {
    UUID endpoint = served.claimed().endpoint().id().value();
    UUID claim = served.claimed().claim();
    Endpoint asked = served.claimed().endpoint();
    DisabledReason disabled = served.disabled();
    return transactions.inOneFlight(
        tx -> {
          tx.execute(WebhookQueueSql.LOCK_CLAIMED, Tuple.of(endpoint, claim));
          if (!served.sent().isEmpty()) {
            tx.execute(WebhookQueueSql.RECORD, record(endpoint, claim, served.sent(), now));
          }
          return tx.execute(
                  WebhookQueueSql.RELEASE,
                  Rows.arguments(
                      endpoint,
                      claim,
                      served.standing().failures(),
                      Rows.timeOrNull(served.standing().failingSince()),
                      Rows.time(served.notBefore()),
                      disabled == null ? null : disabled.text(),
                      Rows.time(now),
                      asked.url(),
                      asked.standing().failures(),
                      Rows.timeOrNull(asked.standing().failingSince())))
              .map(rows -> rows.rowCount() > 0);
        });
  }

  @Override
  public Future<Integer> giveUp(int limit, Instant now) {
    return transactions.inOneFlight(
        tx ->
            tx.execute(WebhookQueueSql.GIVE_UP, Tuple.of(limit, Rows.time(now)))
                .map(rows -> Reads.list(rows, row -> row.getInteger("failed")))
                .map(failed -> failed.isEmpty() ? 0 : failed.get(0)));
  }

  @Override
  public Future<Counts> counts() {
    return Reads.list(pool, WebhookQueueSql.COUNTS, Tuple.tuple(), PgWebhookQueue::counts)
        .map(rows -> rows.get(0));
  }

  private static Tuple record(UUID endpoint, UUID claim, List<Sent> sent, Instant now) {
    return Rows.arguments(
        endpoint,
        claim,
        Rows.column(sent, Sent::position, Long[]::new),
        Rows.column(sent, each -> each.state().text(), String[]::new),
        Rows.column(sent, each -> Rows.timeOrNull(each.nextAt()), OffsetDateTime[]::new),
        Rows.column(sent, each -> WebhookRows.text(each.done()), String[]::new),
        Rows.time(now),
        Delivery.LOG_MAX,
        Rows.column(sent, Sent::tries, Integer[]::new));
  }

  private static Planned planned(Row row) {
    return new Planned(
        row.getInteger("events"), row.getInteger("deliveries"), row.getInteger("refused"));
  }

  private static Counts counts(Row row) {
    return new Counts(
        row.getLong("waiting"),
        row.getLong("lag"),
        row.getLong("endpoints"),
        row.getLong("disabled"));
  }

  /** The rows of one endpoint come one after the other. */
  private static List<Claimed> claimed(UUID claim, Iterable<Row> rows) {
    Map<UUID, List<Row>> byEndpoint = new LinkedHashMap<>();
    rows.forEach(
        row -> byEndpoint.computeIfAbsent(row.getUUID("id"), id -> new ArrayList<>()).add(row));
    return byEndpoint.values().stream().map(its -> claimedOne(claim, its)).toList();
  }

  private static Claimed claimedOne(UUID claim, List<Row> rows) {
    Endpoint endpoint = WebhookRows.endpoint(rows.get(0));
    List<Delivery> due =
        rows.stream()
            .filter(row -> row.getUUID("endpoint_id") != null)
            .map(WebhookRows::delivery)
            .toList();
    return new Claimed(
        claim,
        endpoint,
        due.stream().filter(each -> each.tries() == 0).sorted(BY_POSITION).toList(),
        due.stream().filter(each -> each.tries() > 0).toList());
  }
}
