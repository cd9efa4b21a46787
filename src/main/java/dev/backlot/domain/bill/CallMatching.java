package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Credits;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the bill of each call that is answered at once. Such calls carry no id of ours, so a row is
 * known by what was done and when. As many calls as possible get a row of their own: first those
 * that were surely done, so that a call without an answer is left without a row only when there is
 * none that could be its own. The same rows and calls always give the same pairs.
 *
 * <p>Takes a second or more for 100,000 of each: off the event loop.
 */
public final class CallMatching {
  private static final Comparator<CallBill> IN_ORDER =
      Comparator.comparing(CallBill::sentAt).thenComparing(CallBill::id);

  private final Map<String, RowLine> lines = new HashMap<>();

  private CallMatching(List<BillRow> rows, Duration tolerance) {
    rows.stream()
        .filter(row -> row.amount().compareTo(Credits.ZERO) >= 0)
        .collect(Collectors.groupingBy(BillRow::call))
        .forEach((call, ofCall) -> lines.put(call, new RowLine(ofCall, tolerance)));
  }

  /**
   * The row of each call that has one.
   *
   * @param neighbours calls before and after these. What lies at hand for one that was surely done
   *     is not given to an unknown call of these: else each of those would find a row, because
   *     calls move up, one after the other, until the last takes the row of one that is not there
   * @param tolerance how far the provider's time of a deduction may be from the call
   */
  public static Map<CallBill, BillRow> match(
      List<BillRow> rows, List<CallBill> calls, List<CallBill> neighbours, Duration tolerance) {
    CallMatching matching = new CallMatching(rows, tolerance);
    List<CallBill> unnamed = calls.stream().filter(call -> call.taskId() == null).toList();
    List<CallBill> besides = neighbours.stream().filter(call -> call.taskId() == null).toList();
    matching.each(
        Stream.concat(calls.stream(), neighbours.stream()),
        call -> call.taskId() != null,
        RowLine::takeNamed);
    matching.each(unnamed.stream(), call -> !call.isUnknown(), RowLine::takeAny);
    matching.each(besides.stream(), call -> !call.isUnknown(), RowLine::takeFree);
    matching.each(unnamed.stream(), CallBill::isUnknown, RowLine::takeAny);
    matching.each(besides.stream(), CallBill::isUnknown, RowLine::takeFree);
    Map<CallBill, BillRow> found = new HashMap<>();
    matching.lines.values().forEach(line -> found.putAll(line.owned()));
    return found;
  }

  private void each(
      Stream<CallBill> calls, Predicate<CallBill> which, BiConsumer<RowLine, CallBill> take) {
    calls
        .filter(which)
        .sorted(IN_ORDER)
        .forEach(
            call -> {
              RowLine line = lines.get(call.call());
              if (line != null) {
                take.accept(line, call);
              }
            });
  }
}
