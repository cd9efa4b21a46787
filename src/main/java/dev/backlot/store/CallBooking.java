package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.bill.CallBill;
import dev.backlot.domain.bill.CallMatching;
import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.bill.Matching;
import dev.backlot.domain.bill.OurTask;
import dev.backlot.domain.bill.TaskBill;
import dev.backlot.domain.bill.Verdict;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.BillLooks.CallSpan;
import dev.backlot.port.BillLooks.Look;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes what follows from the rows of calls that are answered at once: whose each is, what was
 * kept or is given back, and what differs. An unknown call is given back only when the export has
 * all of its time, and no row that is left could be its own.
 */
final class CallBooking {
  private final Look look;
  private final CallSpan span;
  private final Statements transaction;
  private final Instant now;
  private final List<BillVerdict> verdicts = new ArrayList<>();

  /**
   * @param isDoubtful a row that nobody has explained may be its own
   */
  private record Call(CallBill bill, TenantId tenant, boolean isDoubtful) {}

  private record TaskAsset(String task, Asset asset) {}

  CallBooking(Look look, CallSpan span, Statements transaction, Instant now) {
    this.look = look;
    this.span = span;
    this.transaction = transaction;
    this.now = now;
  }

  void write(List<Row> rowRows, List<Row> callRows) {
    List<BillRow> rows = rowRows.stream().map(CallBooking::billRow).toList();
    List<Call> calls = callRows.stream().map(CallBooking::call).toList();
    Map<CallBill, BillRow> found =
        CallMatching.match(rows, calls.stream().map(Call::bill).toList(), span.tolerance());
    own(found);
    List<Call> left = calls.stream().filter(call -> !found.containsKey(call.bill())).toList();
    List<Call> refunds = left.stream().filter(this::isRefunded).toList();
    refund(refunds);
    found.forEach(this::compare);
    left.stream().filter(call -> !refunds.contains(call)).forEach(this::list);
    compareForeign(rows, new HashSet<>(found.values()));
    new BillBooking(look, transaction, now).write(verdicts);
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

  private void own(Map<CallBill, BillRow> found) {
    if (found.isEmpty()) {
      return;
    }
    List<Map.Entry<CallBill, BillRow>> pairs = List.copyOf(found.entrySet());
    transaction.execute(
        CallBillSql.OWN,
        Rows.arguments(
            look.account(),
            Rows.column(pairs, pair -> pair.getValue().taskId(), String[]::new),
            Rows.column(pairs, pair -> pair.getValue().key(), String[]::new),
            Rows.column(pairs, pair -> pair.getKey().id(), UUID[]::new)));
    transaction.execute(
        CallBillSql.KEEP,
        Tuple.of((Object) Rows.column(pairs, pair -> pair.getKey().id(), UUID[]::new)));
  }

  private boolean isRefunded(Call call) {
    return call.bill().isUnknown()
        && !call.isDoubtful()
        && span.isComplete()
        && call.bill().closedAt().isBefore(span.listedBy());
  }

  private void refund(List<Call> calls) {
    if (calls.isEmpty()) {
      return;
    }
    transaction.execute(
        ChangeSql.LOCK_BALANCES,
        Rows.arguments(
            Rows.column(calls, call -> call.tenant().value(), UUID[]::new),
            Rows.column(calls, call -> call.bill().asset().text(), String[]::new)));
    transaction.execute(
        CallBillSql.REFUND,
        Rows.arguments(Rows.column(calls, call -> call.bill().id(), UUID[]::new), Rows.time(now)));
  }

  private void compare(CallBill call, BillRow row) {
    judge(row.taskId(), row.asset(), row.amount(), 1, call);
    if (row.asset() != call.asset()) {
      judge(row.taskId(), call.asset(), Credits.ZERO, 0, call);
    }
  }

  private void judge(String task, Asset asset, Credits billed, int rows, CallBill call) {
    TaskBill bill = new TaskBill(task, asset, billed, rows, true, ours(call), Credits.ZERO, 0);
    verdicts.add(new BillVerdict(bill, Matching.judge(bill, span.listedBy()), true));
  }

  private static OurTask ours(CallBill call) {
    return new OurTask(null, null, call.asset(), false, true, call.booked(), call.closedAt());
  }

  /** One that was surely done and has no row is missing; one in doubt waits. */
  private void list(Call call) {
    CallBill bill = call.bill();
    TaskBill task =
        new TaskBill(
            bill.taskId() == null ? "" : bill.taskId(),
            bill.asset(),
            Credits.ZERO,
            0,
            false,
            ours(bill),
            Credits.ZERO,
            0);
    Verdict verdict =
        bill.isUnknown()
            ? new Verdict.Listed(Finding.PENDING, bill.booked())
            : Matching.judge(task, span.listedBy());
    verdicts.add(new BillVerdict(task, verdict, true));
  }

  /** What no call of ours can have is another client's, once all of them had their time. */
  private void compareForeign(List<BillRow> rows, Set<BillRow> taken) {
    if (!span.isComplete()) {
      return;
    }
    Map<TaskAsset, Credits> sums = new LinkedHashMap<>();
    for (BillRow row : rows) {
      if (!taken.contains(row) && isOnDay(row)) {
        sums.merge(new TaskAsset(row.taskId(), row.asset()), row.amount(), Credits::plus);
      }
    }
    sums.forEach(
        (key, amount) -> {
          TaskBill bill =
              new TaskBill(key.task(), key.asset(), amount, 1, true, null, Credits.ZERO, 0);
          verdicts.add(new BillVerdict(bill, Matching.judge(bill, span.listedBy()), true));
        });
  }

  private boolean isOnDay(BillRow row) {
    return LocalDate.ofInstant(row.at(), ZoneOffset.UTC).equals(look.day());
  }
}
