package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.schedule.QueuePlace;
import dev.backlot.domain.schedule.QueuePlace.Account;
import dev.backlot.domain.schedule.QueuePlace.Bound;
import dev.backlot.domain.schedule.QueuePlace.Budget;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import dev.backlot.domain.schedule.QueuePlace.Ripening;
import dev.backlot.port.Queues;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Two reads for each question, three for one about a budget, or about a job that not every account
 * of its pool can carry; nothing is locked.
 */
public final class PgQueues implements Queues {
  private final Pool pool;

  /**
   * @param accounts that may run the job
   * @param others of its pool
   */
  private record Split(List<Account> accounts, List<Account> others) {}

  public PgQueues(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Optional<QueuePlace>> place(
      TenantId tenant, JobId job, BiPredicate<QueuedJob, String> mayGo) {
    return Reads.list(
            pool,
            QueueSql.PLACE,
            Tuple.of(tenant.value(), job.value(), QueuePlace.COUNTED),
            row -> row)
        .compose(
            rows ->
                rows.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : withOthers(rows.get(0), tenant, job, mayGo).map(Optional::of));
  }

  private Future<QueuePlace> withOthers(
      Row row, TenantId tenant, JobId job, BiPredicate<QueuedJob, String> mayGo) {
    Future<Split> split =
        Reads.list(
                pool,
                QueueSql.ACCOUNTS,
                Tuple.of(
                    row.getString("pool_id"),
                    row.getString("slot_class"),
                    row.getString("only_account")),
                account -> account)
            .map(accounts -> split(accounts, mayRun(row, mayGo)));
    Future<Optional<Bound>> bound = split.compose(both -> bound(row, both, tenant, job));
    Future<List<Budget>> budgets =
        HeldReason.SPEND_CAP.equals(row.getString("held_reason"))
            ? Reads.list(
                pool, QueueSql.BUDGET, Tuple.of(tenant.value(), job.value()), PgQueues::budget)
            : Future.succeededFuture(List.of());
    return Future.all(bound, budgets)
        .map(all -> place(row, split.result().accounts(), bound.result(), budgets.result()));
  }

  /** What is not queued waits for no account any more, or not yet. */
  private static Predicate<Row> mayRun(Row row, BiPredicate<QueuedJob, String> mayGo) {
    if (row.getString("input") == null) {
      return account -> account.getBoolean("knows_it");
    }
    QueuedJob queued = Rows.queuedJob(row);
    return account ->
        account.getBoolean("knows_it") && mayGo.test(queued, account.getString("account_id"));
  }

  private static Split split(List<Row> accounts, Predicate<Row> mayRun) {
    Map<Boolean, List<Account>> split =
        accounts.stream()
            .collect(
                Collectors.partitioningBy(
                    mayRun, Collectors.mapping(PgQueues::account, Collectors.toList())));
    return new Split(split.getOrDefault(true, List.of()), split.getOrDefault(false, List.of()));
  }

  private Future<Optional<Bound>> bound(Row row, Split split, TenantId tenant, JobId job) {
    if (row.getString("only_account") != null) {
      return Future.succeededFuture(
          Optional.of(new Bound(row.getInteger("pinned_ahead"), split.others())));
    }
    if (split.others().isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return Reads.list(
            pool,
            QueueSql.AHEAD_OF_KIND,
            Tuple.of(tenant.value(), job.value(), QueuePlace.COUNTED),
            ahead -> ahead.getInteger("ahead"))
        .map(ahead -> Optional.of(new Bound(ahead.get(0), split.others())));
  }

  private static Budget budget(Row row) {
    return new Budget(
        Rows.credits(row, "cost"),
        Rows.creditsOrNull(row, "cap"),
        Rows.credits(row, "committed"),
        Rows.credits(row, "available"));
  }

  private static Account account(Row row) {
    return new Account(
        row.getString("account_id"),
        row.getInteger("in_flight"),
        row.getInteger("ceiling"),
        row.getInteger("max_slots"));
  }

  private static QueuePlace place(
      Row row, List<Account> accounts, Optional<Bound> bound, List<Budget> budgets) {
    return new QueuePlace(
        JobState.parse(row.getString("state")),
        row.getString("held_reason"),
        budgets.stream().findFirst().orElse(null),
        row.getBoolean("batch_paused"),
        row.getBoolean("due"),
        Rows.instant(row, "start_at"),
        Rows.instant(row, "ripe_at"),
        Rows.instantOrNull(row, "running_since"),
        Rows.instantOrNull(row, "unknown_since"),
        new RenderProfile(
            row.getString("kind"),
            row.getString("model"),
            row.getString("mode"),
            row.getInteger("seconds")),
        SlotClass.parse(row.getString("slot_class")).pack(),
        row.getInteger("slots"),
        new Ripening(row.getInteger("ripening_ahead"), row.getInteger("ripening_jobs")),
        row.getInteger("ahead"),
        row.getInteger("own"),
        row.getInteger("queued"),
        row.getInteger("weight"),
        row.getInteger("others"),
        row.getInteger("batch_weight"),
        row.getInteger("other_batches"),
        new Limit(row.getInteger("lane_in_flight"), row.getInteger("lane_most")),
        new Limit(row.getInteger("batch_in_flight"), row.getInteger("batch_most")),
        accounts,
        bound.orElse(null));
  }
}
