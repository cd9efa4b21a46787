package dev.backlot.store;

import dev.backlot.domain.job.FreeSlots;
import dev.backlot.port.Dispatches.Planner;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets slots add up for a job that holds several at once: jobs that need fewer would take each slot
 * as it becomes free, and pass the job by for ever. Once it has waited for {@link #PATIENCE} and it
 * is its turn, the account with the most free slots is left alone until they suffice; at most one
 * account of each class. What stays free for that long is the price of the job's turn. Pure.
 */
final class SlotReserve {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<OpenSlots> open;
  private final Planner planner;
  private final Instant now;

  /**
   * @param planner says which accounts a job may go to
   */
  SlotReserve(List<OpenSlots> open, Planner planner, Instant now) {
    this.open = open;
    this.planner = planner;
    this.now = now;
  }

  /**
   * @param turns jobs of all classes, those of each in the order of their turns
   * @return the slots that may be given away now
   */
  List<FreeSlots> given(List<LockedJob> turns) {
    Set<OpenSlots> reserved = new HashSet<>();
    Set<List<String>> seen = new HashSet<>();
    for (LockedJob job : turns) {
      if (seen.add(List.of(job.queued().pool(), job.queued().slotClass()))) {
        reservedFor(job).ifPresent(reserved::add);
      }
    }
    return open.stream().filter(each -> !reserved.contains(each)).map(OpenSlots::free).toList();
  }

  /** Whether an account that the job may go to has as many free slots as it needs. */
  boolean fits(LockedJob job) {
    return open.stream()
        .anyMatch(each -> each.free().free() >= job.queued().slots() && isFor(each, job));
  }

  /** Most free slots that one account has for jobs of its class. */
  int most(LockedJob job) {
    return open.stream()
        .filter(each -> each.areOfClassOf(job))
        .mapToInt(each -> each.free().free())
        .max()
        .orElse(0);
  }

  /** Free slots that all accounts together have for jobs of its class. */
  int free(LockedJob job) {
    return open.stream()
        .filter(each -> each.areOfClassOf(job))
        .mapToInt(each -> each.free().free())
        .sum();
  }

  /** Whether slots are to add up for this job, when it is its turn. */
  boolean isWaitedFor(LockedJob job) {
    boolean patient = job.acceptedAt().plus(PATIENCE).isAfter(now);
    return !patient && !fits(job) && open.stream().anyMatch(each -> suffices(each, job));
  }

  private Optional<OpenSlots> reservedFor(LockedJob job) {
    if (!isWaitedFor(job)) {
      return Optional.empty();
    }
    return open.stream()
        .filter(each -> suffices(each, job))
        .max(
            Comparator.comparingInt((OpenSlots each) -> each.free().free())
                .thenComparing(each -> each.free().account()));
  }

  private boolean suffices(OpenSlots slots, LockedJob job) {
    return slots.ceiling() >= job.queued().slots() && isFor(slots, job);
  }

  private boolean isFor(OpenSlots slots, LockedJob job) {
    return slots.areOfClassOf(job) && planner.mayGo(job.queued(), slots.free().account());
  }
}
