package dev.backlot.store;

import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.port.Dispatches.Planner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A planner's plan, held to what the claim has locked: no slot is taken twice, none of another pool
 * and none that is not free (promise P4), however the planner errs.
 */
final class ClaimPlan {
  private final Map<SlotChanges.Place, FreeSlots> free = new HashMap<>();
  private final Map<JobId, LockedJob> jobs = new LinkedHashMap<>();
  private final List<Taken> taken = new ArrayList<>();
  private final Planner planner;

  /**
   * @param plan an attempt that may be committed
   * @param job its job
   */
  record Taken(PlannedAttempt plan, LockedJob job) {}

  private ClaimPlan(List<FreeSlots> slots, List<LockedJob> locked, Planner planner) {
    this.planner = planner;
    slots.forEach(each -> free.put(new SlotChanges.Place(each.account(), each.slotClass()), each));
    locked.forEach(each -> jobs.put(each.queued().id(), each));
  }

  static ClaimPlan make(List<FreeSlots> slots, List<LockedJob> locked, Planner planner) {
    ClaimPlan plan = new ClaimPlan(slots, locked, planner);
    if (slots.isEmpty() || locked.isEmpty()) {
      return plan;
    }
    for (PlannedAttempt each :
        planner.apply(locked.stream().map(LockedJob::queued).toList(), slots)) {
      LockedJob job = plan.jobs.get(each.job());
      if (job != null && plan.take(each, job)) {
        plan.jobs.remove(each.job());
        plan.taken.add(new Taken(each, job));
      }
    }
    return plan;
  }

  List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** Jobs that were not planned although there is room for them where they may go. */
  List<LockedJob> passedOver() {
    return jobs.values().stream()
        .filter(job -> roomFor(job).anyMatch(left -> planner.mayGo(job.queued(), left.account())))
        .toList();
  }

  /** Whether there is room that the jobs which were not planned may not have, and others might. */
  boolean leavesRoom() {
    return jobs.values().stream().anyMatch(job -> roomFor(job).findAny().isPresent());
  }

  private Stream<FreeSlots> roomFor(LockedJob job) {
    return free.values().stream()
        .filter(
            left ->
                left.pool().equals(job.queued().pool())
                    && left.slotClass().equals(job.queued().slotClass())
                    && left.free() >= job.queued().slots());
  }

  private boolean take(PlannedAttempt attempt, LockedJob job) {
    SlotChanges.Place place = new SlotChanges.Place(attempt.account(), attempt.slotClass());
    FreeSlots left = free.get(place);
    if (left == null || !left.pool().equals(job.queued().pool()) || left.free() < attempt.slots()) {
      return false;
    }
    free.put(
        place,
        new FreeSlots(
            left.pool(), left.account(), left.slotClass(), left.free() - attempt.slots()));
    return true;
  }
}
