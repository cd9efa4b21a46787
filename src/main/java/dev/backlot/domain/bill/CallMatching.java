package dev.backlot.domain.bill;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bill of each call that is answered at once. Such calls carry no id of ours, so a row is
 * known by what was done and when. As many calls as possible get a row of their own: first those
 * that were surely done, so that a call without an answer is left without a row only when there is
 * none that could be its own. The same rows and calls always give the same pairs.
 */
public final class CallMatching {
  private static final Comparator<CallBill> SUREST_FIRST =
      Comparator.comparing((CallBill call) -> call.taskId() == null)
          .thenComparing(CallBill::isUnknown)
          .thenComparing(CallBill::sentAt)
          .thenComparing(CallBill::id);

  private final List<BillRow> rows;
  private final Duration tolerance;
  private final Map<BillRow, CallBill> owners = new HashMap<>();
  private final Map<CallBill, BillRow> owned = new HashMap<>();

  /** Taken for good: a search that began among them has found nothing, so no other one will. */
  private final Set<BillRow> settled = new HashSet<>();

  private CallMatching(List<BillRow> rows, Duration tolerance) {
    this.rows =
        rows.stream()
            .sorted(Comparator.comparing(BillRow::at).thenComparing(BillRow::key))
            .toList();
    this.tolerance = tolerance;
  }

  /**
   * The row of each call that has one.
   *
   * @param tolerance how far the provider's time of a deduction may be from the call
   */
  public static Map<CallBill, BillRow> match(
      List<BillRow> rows, List<CallBill> calls, Duration tolerance) {
    CallMatching matching = new CallMatching(rows, tolerance);
    calls.stream().sorted(SUREST_FIRST).forEach(matching::find);
    return Map.copyOf(matching.owned);
  }

  /**
   * Looks for a row that is free, or whose owner can take another one, and so on; nobody who has
   * one is left without.
   */
  private void find(CallBill call) {
    Map<BillRow, CallBill> wantedBy = new HashMap<>();
    Set<CallBill> asked = new HashSet<>(Set.of(call));
    Deque<CallBill> asking = new ArrayDeque<>(List.of(call));
    while (!asking.isEmpty()) {
      CallBill next = asking.remove();
      for (BillRow row : candidates(next)) {
        if (settled.contains(row) || wantedBy.putIfAbsent(row, next) != null) {
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
    settled.addAll(wantedBy.keySet());
  }

  /** Those of the same amount first. */
  private List<BillRow> candidates(CallBill call) {
    List<BillRow> same = new ArrayList<>();
    List<BillRow> others = new ArrayList<>();
    for (BillRow row : rows) {
      if (call.mayBe(row, tolerance)) {
        (call.isSameAmount(row) ? same : others).add(row);
      }
    }
    same.addAll(others);
    return same;
  }

  /** Each takes the row that it wanted, and leaves its own to who wanted that. */
  private void handOver(BillRow free, Map<BillRow, CallBill> wantedBy) {
    @Nullable BillRow row = free;
    while (row != null) {
      CallBill taker = Objects.requireNonNull(wantedBy.get(row));
      owners.put(row, taker);
      row = owned.put(taker, row);
    }
  }
}
