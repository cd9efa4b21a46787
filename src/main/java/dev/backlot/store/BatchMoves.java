package dev.backlot.store;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the moves of locked jobs of one batch, in the order of locks that all transactions keep:
 * one statement for each kind of row. {@link #append} comes last.
 */
final class BatchMoves {
  private final Statements transaction;
  private final Instant now;
  private final List<NewEvent> events = new ArrayList<>();
  private final Set<LaneKey> due = new HashSet<>();

  BatchMoves(Statements transaction, Instant now) {
    this.transaction = transaction;
    this.now = now;
  }

  /** Makes what is said of a batch count for its lanes; those that come later begin with it. */
  static void tellLanes(Statements transaction, UUID batch) {
    transaction.execute(BatchSql.LOCK_LANES, Tuple.of(batch));
    transaction.execute(BatchSql.TELL_LANES, Tuple.of(batch));
    transaction.execute(BatchSql.WAKE_LANES, Tuple.of(batch));
  }

  void hold(List<MovableJob> jobs, String reason) {
    if (!jobs.isEmpty()) {
      move(jobs, JobState.HELD, reason, "queued");
      tell(jobs, JobState.HELD, new JsonObject().put("reason", reason));
    }
  }

  void queue(List<MovableJob> jobs) {
    if (!jobs.isEmpty()) {
      move(jobs, JobState.QUEUED, null, "held");
      jobs.stream().filter(job -> !job.startAt().isAfter(now)).forEach(job -> due.add(job.lane()));
      tell(jobs, JobState.QUEUED, new JsonObject());
    }
  }

  /** They end, and what was reserved for them is released. */
  void cancel(List<MovableJob> jobs) {
    if (!jobs.isEmpty()) {
      move(jobs, JobState.CANCELED, null, "queued", "held");
      release(jobs.stream().filter(job -> job.reserved() != null).toList());
      tell(jobs, JobState.CANCELED, new JsonObject());
    }
  }

  private void move(List<MovableJob> jobs, JobState next, @Nullable String reason, String... left) {
    transaction.execute(
        BatchSql.MOVE, Rows.arguments(ids(jobs), next.text(), reason, Rows.time(now), left));
  }

  private void release(List<MovableJob> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    Map<Asset, Credits> sums = new EnumMap<>(Asset.class);
    jobs.forEach(job -> sums.merge(job.asset(), job.reservedOrZero(), Credits::plus));
    List<Map.Entry<Asset, Credits>> amounts = List.copyOf(sums.entrySet());
    UUID[] tenants = Rows.column(amounts, sum -> jobs.get(0).tenant().value(), UUID[]::new);
    String[] assets = Rows.column(amounts, sum -> sum.getKey().text(), String[]::new);
    transaction.execute(
        ChangeSql.CLOSE_RESERVATIONS,
        Tuple.of(
            ids(jobs),
            Rows.column(jobs, job -> "released", String[]::new),
            Rows.column(jobs, job -> Rows.numeric(Credits.ZERO), Numeric[]::new),
            Rows.time(now)));
    transaction.execute(
        ChangeSql.TRANSFER,
        Tuple.of(
            Rows.column(jobs, job -> "release", String[]::new),
            Rows.column(jobs, job -> job.tenant().value(), UUID[]::new),
            Rows.column(jobs, job -> job.asset().text(), String[]::new),
            Rows.column(jobs, job -> Rows.numeric(job.reservedOrZero()), Numeric[]::new),
            ids(jobs),
            new UUID[jobs.size()],
            Rows.time(now)));
    transaction.execute(ChangeSql.LOCK_BALANCES, Tuple.of(tenants, (Object) assets));
    transaction.execute(
        ChangeSql.MOVE_BALANCES,
        Tuple.of(
            tenants,
            assets,
            Rows.column(amounts, sum -> Rows.numeric(Credits.ZERO), Numeric[]::new),
            Rows.column(amounts, sum -> Rows.numeric(sum.getValue()), Numeric[]::new)));
  }

  private void tell(List<MovableJob> jobs, JobState next, JsonObject facts) {
    jobs.forEach(job -> events.add(job.event(next, facts)));
  }

  /** Lanes of those that were queued, then the events: nothing when nothing was moved. */
  void append() {
    if (!due.isEmpty()) {
      Lanes.due(due, transaction);
      tellLanes(transaction, due.iterator().next().batch());
    }
    if (!events.isEmpty()) {
      NewEvent.append(transaction, events, now);
    }
  }

  static UUID[] ids(List<MovableJob> jobs) {
    return Rows.column(jobs, job -> job.id().value(), UUID[]::new);
  }
}
