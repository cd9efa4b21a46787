package dev.backlot.store;

import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.BillDays;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what looks have found, and asks for another one. */
public final class PgBillDays implements BillDays {
  private final Pool pool;

  public PgBillDays(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<List<Day>> days(
      @Nullable String account, LocalDate from, LocalDate to, @Nullable Place after, int limit) {
    return Reads.list(
        pool,
        BillDaySql.DAYS,
        Rows.arguments(
            account,
            from,
            to,
            after == null ? null : after.day(),
            after == null ? null : after.account(),
            limit),
        PgBillDays::day);
  }

  private static Day day(Row row) {
    return new Day(
        row.getString("account_id"),
        row.getLocalDate("day"),
        row.getString("state"),
        row.getBoolean("looking"),
        Rows.instantOrNull(row, "looked_at"),
        Rows.instantOrNull(row, "closed_at"),
        row.getInteger("pending"),
        row.getInteger("missing"),
        row.getInteger("unreadable"),
        row.getJsonArray("sums").stream()
            .map(JsonObject.class::cast)
            .map(PgBillDays::sum)
            .toList());
  }

  private static Sum sum(JsonObject sum) {
    return new Sum(
        Asset.parse(sum.getString("asset")),
        Credits.of(sum.getString("billed")),
        sum.getInteger("rows"),
        sum.getInteger("foreign"),
        Credits.of(sum.getString("drift")),
        Credits.of(sum.getString("loss")),
        Credits.of(sum.getString("missing")));
  }

  @Override
  public Future<List<Item>> items(Wanted wanted, long before, int limit) {
    Finding kind = wanted.kind();
    return Reads.list(
        pool,
        BillDaySql.ITEMS,
        Rows.arguments(
            wanted.account(), wanted.day(), kind == null ? null : kind.text(), before, limit),
        PgBillDays::item);
  }

  private static Item item(Row row) {
    String asset = row.getString("asset");
    return new Item(
        row.getLong("id"),
        row.getString("account_id"),
        row.getLocalDate("day"),
        Finding.parse(row.getString("kind")),
        row.getString("task_id"),
        asset == null ? null : Asset.parse(asset),
        Rows.creditsOrNull(row, "billed"),
        Rows.creditsOrNull(row, "booked"),
        Rows.creditsOrNull(row, "correction"),
        row.getString("house"),
        row.getUUID("attempt_id"),
        row.getUUID("job_id"),
        Rows.instant(row, "at"));
  }

  @Override
  public Future<Day> ask(Place day, Instant now) {
    return Reads.count(pool, BillDaySql.ASK, Tuple.of(day.account(), day.day(), Rows.time(now)))
        .compose(
            asked ->
                Reads.list(
                    pool, BillDaySql.ONE, Tuple.of(day.account(), day.day()), PgBillDays::day))
        .map(days -> days.get(0));
  }

  @Override
  public Future<List<Drift>> drift(Instant lookedAfter) {
    return Reads.list(
        pool,
        BillDaySql.DRIFT,
        Tuple.of(Rows.time(lookedAfter)),
        row ->
            new Drift(
                row.getString("account_id"),
                Asset.parse(row.getString("asset")),
                Rows.credits(row, "billed"),
                Rows.credits(row, "apart")));
  }

  @Override
  public Future<List<Undecided>> undecided(Instant sentBefore) {
    return Reads.list(
        pool,
        BillDaySql.UNDECIDED,
        Tuple.of(Rows.time(sentBefore)),
        row ->
            new Undecided(
                row.getString("account_id"), row.getInteger("calls"), Rows.instant(row, "oldest")));
  }

  @Override
  public Future<List<LastLook>> lastLooks() {
    return Reads.list(
        pool,
        BillDaySql.LAST_LOOKS,
        Tuple.tuple(),
        row -> new LastLook(row.getString("account_id"), Rows.instant(row, "looked_at")));
  }
}
