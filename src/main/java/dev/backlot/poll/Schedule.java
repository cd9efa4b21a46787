package dev.backlot.poll;

import dev.backlot.port.Endings.Running;
import dev.backlot.port.VideoProvider.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Who is asked for next, account by account. A question that takes several tasks takes along what
 * is due soon, so that tasks which began at different times come to be due together. A question
 * costs the logarithm of the number of tasks, whatever that is. Confined to one event loop.
 */
final class Schedule {
  /** A list is read for so many tasks; for fewer, requests of their own are smaller. */
  static final int WORTH_A_LIST = 3;

  /** For each place of a question so many watches are looked at; the others are due later. */
  private static final int LOOKED_AT = 5;

  /** No two are equal, or one would not be asked for. */
  private static final Comparator<Watch> BY_DUE =
      Comparator.comparing(Watch::due).thenComparing(watch -> watch.running().ref().id().value());

  private final BiFunction<String, String, Together> together;
  private final Map<Lane, NavigableSet<Watch>> lanes = new HashMap<>();

  /**
   * Tasks that can be asked for together, or that are asked for one by one.
   *
   * @param path of the list that shows them; empty where that does not matter
   */
  private record Lane(String account, Together together, String path) {}

  /**
   * @param together how tasks of an account and a dialect are asked for
   */
  Schedule(BiFunction<String, String, Together> together) {
    this.together = together;
  }

  void add(Watch watch) {
    lanes.computeIfAbsent(lane(watch), lane -> new TreeSet<>(BY_DUE)).add(watch);
  }

  /** Whether it was waiting here; then its due time may be changed, and it may be added again. */
  boolean remove(Watch watch) {
    NavigableSet<Watch> lane = lanes.get(lane(watch));
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

  private Lane lane(Watch watch) {
    Running running = watch.running();
    String account = running.ref().account();
    Together way = watch.isAlone() ? Together.SINGLY : together.apply(account, running.dialect());
    return new Lane(account, way, way == Together.BY_LIST ? running.ref().path() : "");
  }

  private static Question question(Lane lane, NavigableSet<Watch> waiting, Instant now) {
    List<Watch> taken = joining(waiting, lane.together().most(), now);
    if (lane.together() == Together.BY_LIST && taken.size() < WORTH_A_LIST) {
      Watch first = taken.get(0);
      waiting.remove(first);
      return new Question(lane.account(), Together.SINGLY, List.of(first));
    }
    taken.forEach(waiting::remove);
    return new Question(lane.account(), lane.together(), taken);
  }

  private static List<Watch> joining(NavigableSet<Watch> waiting, int most, Instant now) {
    List<Watch> taken = new ArrayList<>();
    int left = LOOKED_AT * most;
    for (Watch watch : waiting) {
      if (taken.size() == most || left-- == 0) {
        break;
      }
      if (taken.isEmpty() || watch.mayJoin(now)) {
        taken.add(watch);
      }
    }
    return taken;
  }
}
