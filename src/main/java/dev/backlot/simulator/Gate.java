package dev.backlot.simulator;

import dev.backlot.config.SimulatorQuirks;
import java.util.List;

/** Whether the account can take what is right by itself. Event loop only. */
final class Gate {
  private final SimulatorQuirks quirks;
  private final Counts counts;
  private final Tasks tasks;
  private final Slots slots;
  private final Till till;

  Gate(SimulatorQuirks quirks, Counts counts, Tasks tasks, Slots slots, Till till) {
    this.quirks = quirks;
    this.counts = counts;
    this.tasks = tasks;
    this.slots = slots;
    this.till = till;
  }

  /**
   * Throws a {@link Refusal}. Uniqueness comes first: a repeated create must hear of it even when
   * all slots are taken.
   */
  void check(TaskRequest request, long at) {
    String externalId = request.externalId();
    if (externalId != null && isTaken(externalId, at)) {
      counts.duplicate();
      throw Refusal.value("External_task_id " + externalId + " already exists");
    }
    checkContinued(request);
    KlingError empty = till.empty(request.product().pack());
    if (empty != null) {
      throw new Refusal(empty);
    }
    if (!request.product().isCall() && slots.isFull(request)) {
      throw new Refusal(KlingError.SLOTS_FULL);
    }
    if (tasks.isFull()) {
      throw new Refusal(KlingError.UNAVAILABLE);
    }
  }

  private boolean isTaken(String externalId, long at) {
    Task task = tasks.byExternalId(externalId);
    long life = quirks.externalIdLife().toMillis();
    return task != null && (life == 0 || at - task.plan().createdAt() < life);
  }

  private void checkContinued(TaskRequest request) {
    List<String> gone = quirks.discontinued();
    if (gone.contains(request.model()) || gone.contains(request.version())) {
      String text =
          "The model '" + request.model() + "' has been discontinued and is no longer available.";
      KlingError error = Answers.refusal(quirks.discontinuedCode()).error();
      throw new Refusal(error, quirks.discontinuedStatus(), text);
    }
  }
}
