package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Credits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link CallMatching} does, by looking at every row for every call. */
final class SimpleMatching {
  private static final Comparator<CallBill> SUREST_FIRST =
      Comparator.comparing((CallBill call) -> call.taskId() == null)
          .thenComparing(CallBill::isUnknown)
          .thenComparing(CallBill::sentAt)
          .thenComparing(CallBill::id);

  private final List<BillRow> rows;
  private final Duration tolerance;
  private final Map<BillRow, CallBill> owners = new HashMap<>();
  private final Map<CallBill, BillRow> owned = new HashMap<>();

  private SimpleMatching(List<BillRow> rows, Duration tolerance) {
    this.rows = rows;
    this.tolerance = tolerance;
  }

  static Map<CallBill, BillRow> match(
      List<BillRow> rows, List<CallBill> calls, Duration tolerance) {
    SimpleMatching matching = new SimpleMatching(rows, tolerance);
    calls.stream().sorted(SUREST_FIRST).forEach(matching::find);
    return matching.owned;
  }

  /** Whether the row may be its bill, in whatever asset. What was given back is nobody's. */
  static boolean mayBe(CallBill call, BillRow row, Duration tolerance) {
    if (!row.call().equals(call.call()) || row.amount().compareTo(Credits.ZERO) < 0) {
      return false;
    }
    return call.taskId() != null
        ? row.taskId().equals(call.taskId())
        : !row.at().isBefore(call.sentAt().minus(tolerance))
            && !row.at().isAfter(call.closedAt().plus(tolerance));
  }

  private void find(CallBill call) {
    Map<BillRow, CallBill> wantedBy = new HashMap<>();
    Set<CallBill> asked = new HashSet<>(Set.of(call));
    Deque<CallBill> asking = new ArrayDeque<>(List.of(call));
    while (!asking.isEmpty()) {
      CallBill next = asking.remove();
      for (BillRow row : rows) {
        if (!mayBe(next, row, tolerance) || wantedBy.putIfAbsent(row, next) != null) {
          continue;
        }
        CallBill owner = owners.get(row);
        if (owner == null) {
          handOver(row, wantedBy);
          return;
        }
        if (asked.add(owner)) {
          asking.add(owner);
        }
      }
    }
  }

  private void handOver(BillRow free, Map<BillRow, CallBill> wantedBy) {
    @Nullable BillRow row = free;
    while (row != null) {
      CallBill taker = Objects.requireNonNull(wantedBy.get(row));
      owners.put(row, taker);
      row = owned.put(taker, row);
    }
  }
}
