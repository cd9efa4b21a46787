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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What follows from the rows and the calls of a span: whose each row is, what is given back, and
 * what differs. An unknown call is given back only when the export has all of its time, and no row
 * that is left could be its own. Pure.
 *
 * @param owned calls with the row of each
 * @param refunds unknown calls that are given back
 * @param others what is listed of calls without a row, and rows that no call can have
 */
record CallDecisions(List<Owned> owned, List<Call> refunds, List<BillVerdict> others) {

  /**
   * @param isDoubtful a row that nobody has explained may be its own
   */
  record Call(CallBill bill, TenantId tenant, boolean isDoubtful) {}

  /**
   * @param verdicts what differs between the two
   */
  record Owned(CallBill call, BillRow row, List<BillVerdict> verdicts) {}

  private record TaskAsset(String task, Asset asset) {}

  /**
   * Takes some time for many: off the event loop.
   *
   * @param calls of the span, and those beside it, of which nothing is decided
   */
  static CallDecisions of(List<BillRow> rows, List<Call> calls, CallSpan span) {
    List<Call> ours = calls.stream().filter(call -> isIn(span, call.bill().sentAt())).toList();
    List<CallBill> neighbours =
        calls.stream().map(Call::bill).filter(call -> !isIn(span, call.sentAt())).toList();
    Map<CallBill, BillRow> found =
        CallMatching.match(
            rows, ours.stream().map(Call::bill).toList(), neighbours, span.tolerance());
    List<Owned> owned = new ArrayList<>();
    List<Call> refunds = new ArrayList<>();
    List<BillVerdict> others = new ArrayList<>();
    for (Call call : ours) {
      BillRow row = found.get(call.bill());
      if (row != null) {
        owned.add(new Owned(call.bill(), row, compared(call.bill(), row, span)));
      } else if (isRefunded(call, span)) {
        refunds.add(call);
      } else {
        others.add(listed(call.bill(), span));
      }
    }
    others.addAll(foreign(rows, new HashSet<>(found.values()), span));
    return new CallDecisions(owned, refunds, others);
  }

  private static boolean isIn(CallSpan span, Instant at) {
    return !at.isBefore(span.from()) && at.isBefore(span.until());
  }

  private static boolean isRefunded(Call call, CallSpan span) {
    return call.bill().isUnknown()
        && !call.isDoubtful()
        && span.isComplete()
        && call.bill().closedAt().isBefore(span.listedBy());
  }

  private static List<BillVerdict> compared(CallBill call, BillRow row, CallSpan span) {
    BillVerdict billed = judged(row, row.asset(), row.amount(), 1, call, span);
    return row.asset() == call.asset()
        ? List.of(billed)
        : List.of(billed, judged(row, call.asset(), Credits.ZERO, 0, call, span));
  }

  private static BillVerdict judged(
      BillRow row, Asset asset, Credits billed, int rows, CallBill call, CallSpan span) {
    TaskBill bill =
        new TaskBill(row.taskId(), asset, billed, rows, true, ours(call), Credits.ZERO, 0);
    return new BillVerdict(bill, Matching.judge(bill, span.listedBy()), true);
  }

  private static OurTask ours(CallBill call) {
    return new OurTask(null, null, call.asset(), false, true, call.booked(), call.closedAt());
  }

  /** One that was surely done and has no row is missing; one in doubt waits. */
  private static BillVerdict listed(CallBill call, CallSpan span) {
    TaskBill task =
        new TaskBill(
            call.taskId() == null ? "" : call.taskId(),
            call.asset(),
            Credits.ZERO,
            0,
            false,
            ours(call),
            Credits.ZERO,
            0);
    Verdict verdict =
        call.isUnknown()
            ? new Verdict.Listed(Finding.PENDING, call.booked())
            : Matching.judge(task, span.listedBy());
    return new BillVerdict(task, verdict, true);
  }

  /** What no call of ours can have is another client's, once all of them had their time. */
  private static List<BillVerdict> foreign(List<BillRow> rows, Set<BillRow> taken, CallSpan span) {
    if (!span.isComplete()) {
      return List.of();
    }
    Map<TaskAsset, Credits> sums = new LinkedHashMap<>();
    for (BillRow row : rows) {
      if (!taken.contains(row) && isIn(span, row.at())) {
        sums.merge(new TaskAsset(row.taskId(), row.asset()), row.amount(), Credits::plus);
      }
    }
    List<BillVerdict> foreign = new ArrayList<>();
    sums.forEach(
        (key, amount) -> {
          TaskBill bill =
              new TaskBill(key.task(), key.asset(), amount, 1, true, null, Credits.ZERO, 0);
          foreign.add(new BillVerdict(bill, Matching.judge(bill, span.listedBy()), true));
        });
    return foreign;
  }
}
