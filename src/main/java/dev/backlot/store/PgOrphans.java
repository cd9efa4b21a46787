package dev.backlot.store;

import dev.backlot.port.Orphans;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.TaskList;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One transaction for each page of a list. */
public final class PgOrphans implements Orphans {
  private final PgTransactions transactions;
  private final Pool pool;
  private final Supplier<UUID> ids;

  public PgOrphans(Vertx vertx, Pool pool, RandomGenerator random, Supplier<UUID> ids) {
    this.transactions = new PgTransactions(vertx, pool, random);
    this.pool = pool;
    this.ids = ids;
  }

  @Override
  public Future<Instant> sweptTo(TaskList list) {
    return Reads.list(
            pool,
            OrphanSql.SWEPT_TO,
            Tuple.of(list.account(), list.path()),
            row -> Rows.instant(row, "swept_to"))
        .map(marks -> marks.get(0));
  }

  @Override
  public Future<List<Found>> record(TaskList list, List<Listed> tasks, Instant now) {
    if (tasks.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    UUID[] fresh = Rows.column(tasks, task -> ids.get(), UUID[]::new);
    Tuple arguments =
        Tuple.of(
            fresh,
            Rows.column(tasks, Listed::taskId, String[]::new),
            Rows.column(tasks, Listed::externalId, String[]::new),
            list.account(),
            list.dialect(),
            list.path(),
            Rows.time(now));
    return transactions.inOneFlight(
        transaction -> {
          Future<List<Found>> found =
              transaction
                  .execute(OrphanSql.RECORD, arguments)
                  .map(rows -> Reads.list(rows, PgOrphans::found));
          transaction.execute(OrphanSql.KEEP_TASK_IDS, Tuple.of((Object) fresh));
          return found;
        });
  }

  private static Found found(Row row) {
    return new Found(
        row.getUUID("id"),
        row.getString("task_id"),
        row.getUUID("attempt_id"),
        row.getUUID("job_id"));
  }

  @Override
  public Future<Void> swept(TaskList list, Instant to) {
    return Reads.count(pool, OrphanSql.SWEPT, Tuple.of(list.account(), list.path(), Rows.time(to)))
        .mapEmpty();
  }

  @Override
  public Future<List<Tally>> tally(Instant foundSince) {
    return Reads.list(
        pool,
        OrphanSql.TALLY,
        Tuple.of(Rows.time(foundSince)),
        row -> new Tally(row.getString("account_id"), row.getLong("open"), row.getLong("found")));
  }
}
