package dev.backlot.simulator;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** Running totals of calls, by call. Event loop only. */
final class CallCounts {
  private static final class Use {
    private long received;
    private long done;
    private long dropped;
    private long late;
    private BigDecimal billed = BigDecimal.ZERO;
    private final Map<Integer, Long> refused = new HashMap<>();
  }

  private final Map<String, Use> byCall = new HashMap<>();
  private long late;

  void received(Product call) {
    of(call).received++;
  }

  void done(Task task) {
    Use use = of(task.request().product());
    use.done++;
    use.billed = use.billed.add(task.billed());
  }

  void refused(Product call, int code) {
    of(call).refused.merge(code, 1L, Long::sum);
  }

  void dropped(Product call) {
    of(call).dropped++;
  }

  void latePending(Product call, int change) {
    of(call).late += change;
    late += change;
  }

  /** Of all calls. */
  long latePending() {
    return late;
  }

  Map<String, Books.CallUse> uses() {
    Map<String, Books.CallUse> copy = new HashMap<>();
    byCall.forEach(
        (call, use) ->
            copy.put(
                call,
                new Books.CallUse(
                    use.received, use.done, use.refused, use.dropped, use.late, use.billed)));
    return copy;
  }

  private Use of(Product call) {
    return byCall.computeIfAbsent(call.label(), label -> new Use());
  }
}
