package dev.backlot.benchmark;

import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The least that stores a group of jobs: the rows that intake writes, in the same tables with all
 * their indexes and checks, in one transaction sent in one flight. No HTTP, no keys, no locks, no
 * question whether the credit suffices, and no balance.
 */
final class BareInsert {
  private static final String JOBS =
      """
      INSERT INTO job (id, tenant_id, api_key_id, kind, model, input, metadata, priority, state,
                       pool_id, slot_class, slots, sort_key, start_at, asset, cost, price_version,
                       accepted_at, updated_at)
      SELECT id, tenant_id, api_key_id, kind, model, input::json, metadata::json, priority,
             'queued', pool_id, slot_class, slots, at, at, asset, cost, price_version, at, at
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
                    $7::text[], $8::int[], $9::text[], $10::text[], $11::int[],
                    $12::timestamptz[], $13::text[], $14::numeric[], $15::text[])
          AS a (id, tenant_id, api_key_id, kind, model, input, metadata, priority, pool_id,
                slot_class, slots, at, asset, cost, price_version)""";

  private static final String RESERVATIONS =
      """
      INSERT INTO reservation (job_id, tenant_id, asset, amount, opened_at)
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::numeric[], $5::timestamptz[])""";

  /** From one account to another, always the same two: which ones makes no difference to a row. */
  private static final String TRANSFERS =
      """
      INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, at)
      SELECT 'reserve', $1, $2, asset, cost, id, at
        FROM unnest($3::text[], $4::numeric[], $5::uuid[], $6::timestamptz[])
          AS a (asset, cost, id, at)""";

  private static final String EVENTS =
      """
      INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
      SELECT tenant_id, id, 1, 'job.queued', at, data::jsonb
        FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[])
          AS a (tenant_id, id, at, data)""";

  private final SqlConnection connection;
  private final long available;
  private final long reserved;

  /** Takes a connection of its own from the pool, for good. */
  BareInsert(Database database) {
    Row accounts =
        database
            .query("SELECT available_account, reserved_account FROM balance ORDER BY id LIMIT 1")
            .iterator()
            .next();
    this.available = accounts.getLong(0);
    this.reserved = accounts.getLong(1);
    this.connection = Await.result(database.pool().getConnection());
  }

  /** Completes when the rows are on disk. */
  Future<?> store(List<Submission> group) {
    Object ids = column(group, each -> each.id().value(), UUID[]::new);
    Object tenants = column(group, each -> each.tenant().value(), UUID[]::new);
    Object times = column(group, BareInsert::time, OffsetDateTime[]::new);
    Object assets = column(group, each -> each.asset().text(), String[]::new);
    Object costs = column(group, each -> Numeric.create(each.cost().value()), Numeric[]::new);
    Object data = column(group, Submission::eventData, String[]::new);
    List<Future<?>> all = new ArrayList<>();
    all.add(connection.query("BEGIN").execute());
    all.add(send(JOBS, jobs(group, ids, tenants, times, assets, costs)));
    all.add(send(RESERVATIONS, Tuple.of(ids, tenants, assets, costs, times)));
    all.add(send(TRANSFERS, Tuple.from(List.of(available, reserved, assets, costs, ids, times))));
    all.add(send(EVENTS, Tuple.of(tenants, ids, times, data)));
    all.add(connection.query("COMMIT").execute());
    return Future.all(all);
  }

  private static Tuple jobs(
      List<Submission> group,
      Object ids,
      Object tenants,
      Object times,
      Object assets,
      Object costs) {
    return Tuple.from(
        List.of(
            ids,
            tenants,
            column(group, Submission::keyId, String[]::new),
            column(group, Submission::kind, String[]::new),
            column(group, Submission::model, String[]::new),
            column(group, Submission::input, String[]::new),
            column(group, Submission::metadata, String[]::new),
            column(group, Submission::priority, Integer[]::new),
            column(group, Submission::pool, String[]::new),
            column(group, Submission::slotClass, String[]::new),
            column(group, Submission::slots, Integer[]::new),
            times,
            assets,
            costs,
            column(group, Submission::priceVersion, String[]::new)));
  }

  private Future<RowSet<Row>> send(String sql, Tuple arguments) {
    return connection.preparedQuery(sql).execute(arguments);
  }

  private static OffsetDateTime time(Submission each) {
    return each.acceptedAt().atOffset(ZoneOffset.UTC);
  }

  private static <T> Object column(
      List<Submission> group, Function<Submission, T> value, IntFunction<T[]> array) {
    return group.stream().map(value).toArray(array);
  }
}
