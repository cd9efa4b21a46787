package dev.backlot.store;

import dev.backlot.domain.schedule.FairShare;
import dev.backlot.domain.schedule.FairShare.Candidate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order in which a claim takes the jobs that it has locked: fair share inside each class, the
 * classes in turns, and the limits of tenants and batches obeyed. Pure.
 */
final class ClaimOrder {
  private final Instant now;
  private final Map<LaneKey, Integer> taken = new HashMap<>();
  private final Map<LaneKey, Integer> takenOfBatches = new HashMap<>();

  /** A job and its turn among those of its class. */
  private record Turn(LaneHead head, int turn) {}

  ClaimOrder(Instant now) {
    this.now = now;
  }

  /**
   * @return at most {@code limit} jobs
   */
  List<LaneHead> of(List<LaneHead> heads, int limit) {
    List<Turn> turns = new ArrayList<>();
    for (List<LaneHead> ofClass : classes(heads)) {
      int turn = 0;
      for (Candidate<LaneHead, LaneKey, LaneKey> next : inFairOrder(ofClass)) {
        if (isWithinLimits(next.job())) {
          turns.add(new Turn(next.job(), turn++));
        }
      }
    }
    return turns.stream()
        .sorted(Comparator.comparingInt(Turn::turn))
        .limit(limit)
        .map(Turn::head)
        .toList();
  }

  private static Collection<List<LaneHead>> classes(List<LaneHead> heads) {
    Map<List<String>, List<LaneHead>> classes = new LinkedHashMap<>();
    for (LaneHead head : heads) {
      classes
          .computeIfAbsent(
              List.of(head.lane().pool(), head.lane().slotClass()), key -> new ArrayList<>())
          .add(head);
    }
    return classes.values();
  }

  private List<Candidate<LaneHead, LaneKey, LaneKey>> inFairOrder(List<LaneHead> heads) {
    return FairShare.order(
        heads.stream()
            .filter(head -> !head.isEmpty() && !head.locked().hasExpired(now))
            .map(LaneHead::candidate)
            .toList());
  }

  /** A lane starts a job while it holds less than its limit, or one of many slots never could. */
  private boolean isWithinLimits(LaneHead head) {
    int slots = head.locked().queued().slots();
    boolean within =
        hasLeft(head.left(), taken.getOrDefault(head.lane().ofTenant(), 0))
            && hasLeft(head.batchLeft(), takenOfBatches.getOrDefault(head.lane(), 0));
    if (within) {
      taken.merge(head.lane().ofTenant(), slots, Integer::sum);
      takenOfBatches.merge(head.lane(), slots, Integer::sum);
    }
    return within;
  }

  private static boolean hasLeft(@Nullable Integer left, int taken) {
    return left == null || taken < left;
  }
}
