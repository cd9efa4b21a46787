package dev.backlot.simulator;

import java.util.HashMap;
import java.util.Map;

/**
 * Tasks in flight per model version and pack (reference, section 9). At most one entry per model of
 * the capability table. Event loop only.
 */
final class Slots {
  private static final class Use {
    private int limit;
    private int inFlight;
    private int highWater;
    private long refused;

    private Use(int limit) {
      this.limit = limit;
    }
  }

  private final Map<String, Use> uses = new HashMap<>();
  private final Map<String, Integer> limitsByModel;
  private final int limitElsewhere;

  Slots(int limitElsewhere, Map<String, Integer> limitsByModel) {
    this.limitElsewhere = limitElsewhere;
    this.limitsByModel = limitsByModel;
  }

  boolean isFull(VideoRequest request) {
    Use use = use(request);
    if (use.inFlight < use.limit) {
      return false;
    }
    use.refused++;
    return true;
  }

  void take(VideoRequest request) {
    Use use = use(request);
    use.inFlight++;
    use.highWater = Math.max(use.highWater, use.inFlight);
  }

  void free(VideoRequest request) {
    use(request).inFlight--;
  }

  /** Tasks in flight stay, even above the new limit. */
  void limit(String slotClass, int limit) {
    uses.computeIfAbsent(slotClass, ignored -> new Use(limit)).limit = limit;
  }

  Map<String, Books.SlotUse> uses() {
    Map<String, Books.SlotUse> copy = new HashMap<>();
    uses.forEach(
        (slotClass, use) ->
            copy.put(
                slotClass, new Books.SlotUse(use.limit, use.inFlight, use.highWater, use.refused)));
    return copy;
  }

  private Use use(VideoRequest request) {
    return uses.computeIfAbsent(
        request.slotClass(),
        ignored -> new Use(limitsByModel.getOrDefault(request.model(), limitElsewhere)));
  }
}
