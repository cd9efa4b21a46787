package dev.backlot.poll;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.port.VideoProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who is asked for next, account by account. Only the newer dialect has a question that takes
 * several tasks, of one account and whatever product. Such a question takes along what is due soon,
 * so that tasks which began at different times come to be due together. A question costs the
 * logarithm of the number of tasks, whatever that is. Confined to one event loop.
 */
final class Schedule {
  /** Most watches that one question looks through; the others are due later than these. */
  private static final int MAX_LOOKED_THROUGH = 5 * VideoProvider.GROUP_MAX;

  /** No two are equal, or one would not be asked for. */
  private static final Comparator<Watch> BY_DUE =
      Comparator.comparing(Watch::due).thenComparing(watch -> watch.running().ref().id().value());

  private final Map<Lane, NavigableSet<Watch>> lanes = new HashMap<>();

  /** Tasks that can be asked for together, or that are asked for one by one. */
  private record Lane(String account, boolean grouped) {
    static Lane of(Watch watch) {
      return new Lane(
          watch.running().ref().account(),
          watch.running().dialect().equals(Dialect.PATH_PER_MODEL.text()));
    }
  }

  void add(Watch watch) {
    lanes.computeIfAbsent(Lane.of(watch), lane -> new TreeSet<>(BY_DUE)).add(watch);
  }

  /** Whether it was waiting here; then its due time may be changed, and it may be added again. */
  boolean remove(Watch watch) {
    NavigableSet<Watch> lane = lanes.get(Lane.of(watch));
    return lane != null && lane.remove(watch);
  }

  void clear() {
    lanes.clear();
  }

  /**
   * Takes the tasks of one question out: the one that has been due for longest, and with it what
   * can be asked for in the same breath.
   *
   * @param hasRoom whether an account may be asked one more question
   */
  Optional<Question> next(Instant now, Predicate<String> hasRoom) {
    lanes.values().removeIf(NavigableSet::isEmpty);
    return lanes.entrySet().stream()
        .filter(lane -> !lane.getValue().first().due().isAfter(now))
        .filter(lane -> hasRoom.test(lane.getKey().account()))
        .min(Comparator.comparing(lane -> lane.getValue().first().due()))
        .map(lane -> question(lane.getKey(), lane.getValue(), now));
  }

  private static Question question(Lane lane, NavigableSet<Watch> waiting, Instant now) {
    List<Watch> taken = new ArrayList<>();
    Iterator<Watch> inOrder = waiting.iterator();
    int most = lane.grouped() ? VideoProvider.GROUP_MAX : 1;
    for (int seen = 0; seen < MAX_LOOKED_THROUGH && taken.size() < most; seen++) {
      if (!inOrder.hasNext()) {
        break;
      }
      Watch watch = inOrder.next();
      if (taken.isEmpty() || watch.mayJoin(now)) {
        inOrder.remove();
        taken.add(watch);
      }
    }
    return new Question(lane.account(), lane.grouped(), taken);
  }
}
