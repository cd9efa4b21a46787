package dev.backlot.simulator;

import java.util.HashMap;
import java.util.Map;

/** Running totals behind {@link Books}. Event loop only. */
final class Counts {
  private long received;
  private long accepted;
  private long duplicates;
  private long dropped;
  private long late;
  private long succeeded;
  private long failed;
  private final CallCounts calls = new CallCounts();
  private final Map<Integer, Long> refused = new HashMap<>();
  private final Map<String, Long> requests = new HashMap<>();

  CallCounts calls() {
    return calls;
  }

  void requested(String route) {
    requests.merge(route, 1L, Long::sum);
  }

  void received() {
    received++;
  }

  void accepted() {
    accepted++;
  }

  void refused(int code) {
    refused.merge(code, 1L, Long::sum);
  }

  void duplicate() {
    duplicates++;
  }

  void dropped() {
    dropped++;
  }

  void latePending(int change) {
    late += change;
  }

  long latePending() {
    return late;
  }

  void ended(boolean success) {
    if (success) {
      succeeded++;
    } else {
      failed++;
    }
  }

  long accepts() {
    return accepted;
  }

  Books books(Tasks tasks, Packs packs, Slots slots, Books.Callbacks callbacks) {
    return new Books(
        received,
        accepted,
        refused,
        duplicates,
        dropped,
        late,
        tasks.repeatedExternalIds(),
        succeeded,
        failed,
        packs.of(PackType.VIDEO).billed(),
        slots.uses(),
        requests,
        packs.billed(),
        callbacks,
        calls.uses());
  }
}
