package dev.backlot.store;

import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.bill.CallBill;
import dev.backlot.domain.credit.Asset;
import dev.backlot.port.BillLooks.CallSpan;
import dev.backlot.port.BillLooks.Look;
import dev.backlot.store.CallDecisions.Call;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the calls of a span with their rows. Both are read in pages, decided about at once, on a
 * worker, and what follows is written in batches while the look is ours. What is too much at once
 * is halved by time; what lies beside each part is read too, so that it matters little where it was
 * cut.
 */
final class CallComparison {
  private static final Logger LOG = LoggerFactory.getLogger(CallComparison.class);

  /** Longer than a call is on its way after its row was made, and than clocks differ. */
  private static final Duration MADE_BEFORE = Duration.ofHours(1);

  /** What lies beside a span, in tolerances: calls out there have rows out there. */
  private static final int BESIDE = 3;

  /** The export of a day is read for so long behind it. */
  private static final Duration MOST_BESIDE = Duration.ofHours(1);

  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** What an event loop turns into calls and rows within some 10 ms. */
  private static final int PAGE = 2_000;

  private static final int BATCH = 1_000;

  private final Vertx vertx;
  private final Pool pool;
  private final int most;
  private final Look look;
  private final Instant now;
  private final Function<Consumer<Statements>, Future<Boolean>> transaction;

  /**
   * @param most calls, and rows, that are compared at once
   * @param transaction writes while the look is ours, and answers whether it was
   */
  CallComparison(
      Vertx vertx,
      Pool pool,
      int most,
      Look look,
      Instant now,
      Function<Consumer<Statements>, Future<Boolean>> transaction) {
    this.vertx = vertx;
    this.pool = pool;
    this.most = most;
    this.look = look;
    this.now = now;
    this.transaction = transaction;
  }

  /** Whether the look was ours to its end. */
  Future<Boolean> run(CallSpan span) {
    return rows(span, null, new ArrayList<>())
        .compose(
            rows ->
                rows.size() > most
                    ? inHalves(span)
                    : calls(span, null, new ArrayList<>())
                        .compose(
                            calls ->
                                calls.size() > most ? inHalves(span) : decide(span, rows, calls)));
  }

  private Future<Boolean> inHalves(CallSpan span) {
    Duration half = Duration.between(span.from(), span.until()).dividedBy(2);
    if (half.compareTo(SHORTEST) < 0) {
      return leave(span);
    }
    Instant middle = span.from().plus(half);
    return run(part(span, span.from(), middle))
        .compose(ours -> ours ? run(part(span, middle, span.until())) : no());
  }

  private static CallSpan part(CallSpan span, Instant from, Instant until) {
    return new CallSpan(from, until, span.tolerance(), span.listedBy(), span.isComplete());
  }

  private Future<Boolean> leave(CallSpan span) {
    LOG.atWarn()
        .addKeyValue("account", look.account())
        .addKeyValue("from", span.from())
        .addKeyValue("until", span.until())
        .log("more calls at a time than are compared: none of them is booked or given back");
    return transaction.apply(
        statements ->
            statements.execute(
                CallBillSql.LIST_UNDECIDED, Tuple.of(look.account(), look.day(), Rows.time(now))));
  }

  private Future<Boolean> decide(CallSpan span, List<BillRow> rows, List<Call> calls) {
    return vertx
        .executeBlocking(() -> CallDecisions.of(rows, calls, span), false)
        .compose(this::write);
  }

  /** Refunds come behind the owned rows: nobody is left without one who had it. */
  private Future<Boolean> write(CallDecisions decided) {
    return inBatches(decided.owned(), CallBooking::own)
        .compose(ours -> ours ? inBatches(decided.refunds(), CallBooking::refund) : no())
        .compose(ours -> ours ? inBatches(decided.others(), CallBooking::book) : no());
  }

  private <T> Future<Boolean> inBatches(List<T> all, BiConsumer<CallBooking, List<T>> write) {
    Future<Boolean> written = Future.succeededFuture(true);
    for (int from = 0; from < all.size(); from += BATCH) {
      List<T> batch = all.subList(from, Math.min(from + BATCH, all.size()));
      written = written.compose(ours -> ours ? inOne(batch, write) : no());
    }
    return written;
  }

  private <T> Future<Boolean> inOne(List<T> batch, BiConsumer<CallBooking, List<T>> write) {
    return transaction.apply(
        statements -> write.accept(new CallBooking(look, statements, now), batch));
  }

  private static Future<Boolean> no() {
    return Future.succeededFuture(false);
  }

  private static Duration beside(CallSpan span) {
    Duration wanted = span.tolerance().multipliedBy(BESIDE);
    return wanted.compareTo(MOST_BESIDE) < 0 ? wanted : MOST_BESIDE;
  }

  /** All of them, or the first pages when those are too many already. */
  private Future<List<BillRow>> rows(CallSpan span, @Nullable BillRow after, List<BillRow> read) {
    Tuple which =
        Rows.arguments(
            look.account(),
            Rows.time(span.from().minus(beside(span))),
            Rows.time(span.until().plus(beside(span))),
            Rows.timeOrNull(after == null ? null : after.at()),
            after == null ? "" : after.key(),
            PAGE);
    return Reads.list(pool, CallBillSql.ROWS, which, CallComparison::billRow)
        .compose(
            page -> {
              read.addAll(page);
              return page.size() < PAGE || read.size() > most
                  ? Future.succeededFuture(read)
                  : rows(span, page.get(PAGE - 1), read);
            });
  }

  private static BillRow billRow(Row row) {
    return new BillRow(
        row.getString("task_id"),
        row.getString("key"),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "amount"),
        Rows.instant(row, "at"),
        row.getString("call"));
  }

  private Future<List<Call>> calls(CallSpan span, @Nullable UUID after, List<Call> read) {
    Instant from = span.from().minus(beside(span));
    Instant until = span.until().plus(beside(span));
    UUID first = PgBillLooks.first(from.minus(MADE_BEFORE));
    Tuple which =
        Rows.arguments(
            look.account(),
            Rows.time(from),
            Rows.time(until),
            after == null ? first : after,
            PgBillLooks.first(until.plus(MADE_BEFORE)),
            span.tolerance().toMillis(),
            look.day(),
            PAGE);
    return Reads.list(pool, CallBillSql.CALLS, which, CallComparison::call)
        .compose(
            page -> {
              read.addAll(page);
              return page.size() < PAGE || read.size() > most
                  ? Future.succeededFuture(read)
                  : calls(span, page.get(PAGE - 1).bill().id(), read);
            });
  }

  private static Call call(Row row) {
    CallBill bill =
        new CallBill(
            row.getUUID("id"),
            row.getString("call"),
            row.getBoolean("unknown"),
            Asset.parse(row.getString("asset")),
            Rows.credits(row, "booked"),
            row.getString("provider_task_id"),
            Rows.instant(row, "sent_at"),
            Rows.instant(row, "closed_at"));
    return new Call(bill, Rows.tenant(row, "tenant_id"), row.getBoolean("doubtful"));
  }
}
