package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.schedule.QueuePlace;
import dev.backlot.domain.schedule.QueuePlace.Account;
import dev.backlot.domain.schedule.QueuePlace.Budget;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import dev.backlot.domain.schedule.QueuePlace.Pinned;
import dev.backlot.domain.schedule.QueuePlace.Ripening;
import dev.backlot.port.Queues;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Two reads for each question, three for one about a budget; nothing is locked. */
public final class PgQueues implements Queues {
  private final Pool pool;

  public PgQueues(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Optional<QueuePlace>> place(TenantId tenant, JobId job) {
    return Reads.list(
            pool,
            QueueSql.PLACE,
            Tuple.of(tenant.value(), job.value(), QueuePlace.COUNTED),
            row -> row)
        .compose(
            rows ->
                rows.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : withOthers(rows.get(0), tenant, job).map(Optional::of));
  }

  private Future<QueuePlace> withOthers(Row row, TenantId tenant, JobId job) {
    Future<List<Row>> accounts =
        Reads.list(
            pool,
            QueueSql.ACCOUNTS,
            Tuple.of(
                row.getString("pool_id"),
                row.getString("slot_class"),
                row.getString("only_account")),
            account -> account);
    Future<List<Budget>> budgets =
        HeldReason.SPEND_CAP.equals(row.getString("held_reason"))
            ? Reads.list(
                pool, QueueSql.BUDGET, Tuple.of(tenant.value(), job.value()), PgQueues::budget)
            : Future.succeededFuture(List.of());
    return Future.all(accounts, budgets)
        .map(both -> place(row, accounts.result(), budgets.result()));
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

  private static List<Account> accounts(List<Row> rows, boolean mayRun) {
    return rows.stream()
        .filter(row -> row.getBoolean("may_run") == mayRun)
        .map(PgQueues::account)
        .toList();
  }

  private static @Nullable Pinned pinned(Row row, List<Row> accounts) {
    return row.getString("only_account") == null
        ? null
        : new Pinned(row.getInteger("pinned_ahead"), accounts(accounts, false));
  }

  private static QueuePlace place(Row row, List<Row> accounts, List<Budget> budgets) {
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
        accounts(accounts, true),
        pinned(row, accounts));
  }
}
