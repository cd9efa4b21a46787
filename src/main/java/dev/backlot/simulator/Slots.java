package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Account;
import java.util.HashMap;
import java.util.Map;

/**
 * Slots held per model version and pack: one for a clip, one for each image (reference, section 9).
 * At most one entry per model of the tables and pack. Event loop only.
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

  private final Map<SlotClass, Use> uses = new HashMap<>();
  private final Account account;
  private final boolean byMode;

  /**
   * @param byMode whether each mode of a clip's model has slots of its own
   */
  Slots(Account account, boolean byMode) {
    this.account = account;
    this.byMode = byMode;
  }

  /** Whether there is no room for all of it: part of a task is not taken. */
  boolean isFull(TaskRequest request) {
    Use use = use(request);
    if (use.inFlight + request.count() <= use.limit) {
      return false;
    }
    use.refused++;
    return true;
  }

  void take(TaskRequest request) {
    Use use = use(request);
    use.inFlight += request.count();
    use.highWater = Math.max(use.highWater, use.inFlight);
  }

  void free(TaskRequest request) {
    use(request).inFlight -= request.count();
  }

  /** Tasks in flight stay, even above the new limit. */
  void limit(SlotClass slotClass, int limit) {
    uses.computeIfAbsent(slotClass, ignored -> new Use(limit));
    uses.forEach(
        (used, use) -> {
          if (used.isOf(slotClass)) {
            use.limit = limit;
          }
        });
  }

  Map<String, Books.SlotUse> uses() {
    Map<String, Books.SlotUse> copy = new HashMap<>();
    uses.forEach(
        (slotClass, use) ->
            copy.put(
                slotClass.text(),
                new Books.SlotUse(use.limit, use.inFlight, use.highWater, use.refused)));
    return copy;
  }

  private Use use(TaskRequest request) {
    SlotClass slotClass = request.slotClass();
    boolean ofMode = byMode && slotClass.pack() == PackType.VIDEO;
    SlotClass counted = ofMode ? slotClass.ofMode(request.mode()) : slotClass;
    return uses.computeIfAbsent(counted, ignored -> unused(slotClass));
  }

  private Use unused(SlotClass slotClass) {
    Map<String, Integer> exceptions = account.slotsByModel();
    int usual =
        slotClass.pack() == PackType.IMAGE
            ? account.imageSlots()
            : exceptions.getOrDefault(slotClass.version(), account.slots());
    return new Use(exceptions.getOrDefault(slotClass.text(), usual));
  }
}
