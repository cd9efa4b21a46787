package dev.backlot.poll;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.port.VideoProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * Who is asked for next, account by account. Only the newer dialect has a question that takes
 * several tasks, of one account and whatever product. Such a question takes along what is due soon,
 * so that tasks which began at different times come to be due together. Confined to one event loop.
 */
final class Schedule {
  /** Most watches that one question looks through; the others are due later than these. */
  private static final int MAX_LOOKED_THROUGH = 5 * VideoProvider.GROUP_MAX;

  private final Map<Lane, PriorityQueue<Watch>> lanes = new HashMap<>();

  /** Tasks that can be asked for together, or that are asked for one by one. */
  private record Lane(String account, boolean grouped) {
    static Lane of(Watch watch) {
      return new Lane(
          watch.running().ref().account(),
          watch.running().dialect().equals(Dialect.PATH_PER_MODEL.text()));
    }
  }

  void add(Watch watch) {
    lanes
        .computeIfAbsent(
            Lane.of(watch), lane -> new PriorityQueue<>(Comparator.comparing(Watch::due)))
        .add(watch);
  }

  void clear() {
    lanes.clear();
  }

  /**
   * Takes the tasks of one question out: the one that has been due for longest, and with it what
   * can be asked for in the same breath.
   *
   * @param hasRoom whether an account may be asked one more question
   * @param isWatched false for what is not to be asked for any more
   */
  Optional<Question> next(Instant now, Predicate<String> hasRoom, Predicate<Watch> isWatched) {
    lanes.values().forEach(queue -> dropHead(queue, isWatched));
    lanes.values().removeIf(PriorityQueue::isEmpty);
    return lanes.entrySet().stream()
        .filter(lane -> !lane.getValue().element().due().isAfter(now))
        .filter(lane -> hasRoom.test(lane.getKey().account()))
        .min(Comparator.comparing(lane -> lane.getValue().element().due()))
        .map(lane -> question(lane.getKey(), lane.getValue(), now, isWatched));
  }

  private static void dropHead(PriorityQueue<Watch> queue, Predicate<Watch> isWatched) {
    while (!queue.isEmpty() && !isWatched.test(queue.element())) {
      queue.remove();
    }
  }

  private static Question question(
      Lane lane, PriorityQueue<Watch> queue, Instant now, Predicate<Watch> isWatched) {
    List<Watch> taken = new ArrayList<>(List.of(queue.remove()));
    if (lane.grouped()) {
      fill(taken, queue, now, isWatched);
    }
    return new Question(lane.account(), lane.grouped(), taken);
  }

  private static void fill(
      List<Watch> taken, PriorityQueue<Watch> queue, Instant now, Predicate<Watch> isWatched) {
    List<Watch> tooEarly = new ArrayList<>();
    for (int seen = 0; seen < MAX_LOOKED_THROUGH; seen++) {
      if (queue.isEmpty() || taken.size() == VideoProvider.GROUP_MAX) {
        break;
      }
      Watch watch = queue.remove();
      if (!isWatched.test(watch)) {
        continue;
      }
      (watch.mayJoin(now) ? taken : tooEarly).add(watch);
    }
    queue.addAll(tooEarly);
  }
}
