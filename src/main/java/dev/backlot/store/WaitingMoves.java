package dev.backlot.store;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Moves waiting jobs that the transaction has locked, all to the same state: held, queued, canceled
 * or expired. Those that end are released; those that are queued wake their lanes. One statement
 * for each kind of row, in the order of locks that all transactions keep.
 */
final class WaitingMoves {
  private WaitingMoves() {}

  /**
   * @param reason one of our own short words, for the events; of a held job also its reason
   */
  static void write(
      List<WaitingJob> jobs,
      JobState to,
      @Nullable String reason,
      Statements transaction,
      Instant now) {
    if (jobs.isEmpty()) {
      return;
    }
    UUID[] ids = Rows.column(jobs, job -> job.id().value(), UUID[]::new);
    transaction.execute(
        WaitingSql.MOVE,
        Rows.arguments(
            ids,
            Rows.column(jobs, WaitingJob::version, Integer[]::new),
            Rows.column(jobs, job -> to.text(), String[]::new),
            Rows.column(jobs, job -> to == JobState.HELD ? reason : null, String[]::new),
            Rows.time(now)));
    if (to.isTerminal()) {
      release(jobs, ids, transaction, now);
    }
    if (to == JobState.QUEUED) {
      Lanes.due(
          jobs.stream()
              .filter(job -> !job.startAt().isAfter(now))
              .map(WaitingJob::lane)
              .collect(Collectors.toSet()),
          transaction);
    }
    NewEvent.append(transaction, jobs.stream().map(job -> event(job, to, reason)).toList(), now);
  }

  private static void release(
      List<WaitingJob> jobs, UUID[] ids, Statements transaction, Instant now) {
    record Purse(UUID tenant, String asset) {}
    List<Purse> purses =
        jobs.stream()
            .map(job -> new Purse(job.tenant().value(), job.asset().text()))
            .distinct()
            .toList();
    transaction.execute(
        ChangeSql.LOCK_BALANCES,
        Tuple.of(
            Rows.column(purses, Purse::tenant, UUID[]::new),
            (Object) Rows.column(purses, Purse::asset, String[]::new)));
    transaction.execute(WaitingSql.RELEASE, Tuple.of(ids, Rows.time(now)));
  }

  private static NewEvent event(WaitingJob job, JobState to, @Nullable String reason) {
    JsonObject facts = new JsonObject();
    if (reason != null) {
      facts.put("reason", reason);
    }
    if (to.isTerminal()) {
      facts.put("charged", Credits.ZERO.toString());
    }
    return NewEvent.of(job.tenant(), job.id(), job.batch(), job.version() + 1, to, facts);
  }
}
