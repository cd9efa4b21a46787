package dev.backlot.drill;

import dev.backlot.drill.Follower.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where what a screen has seen is not the log, in words. Pure. */
final class ScreenDifferences {
  /** Most that are told. */
  private static final int MOST = 5;

  private ScreenDifferences() {}

  /**
   * @param log all events, each once
   */
  static List<String> of(List<String> log, List<Seen> seen) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < log.size(); place++) {
      places.put(log.get(place), place);
    }
    List<String> differences = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < seen.size(); i++) {
      Integer place = places.get(seen.get(i).event());
      if (place == null) {
        differences.add(seen.get(i).event() + " is not in the log");
      } else if (place < next) {
        differences.add("number " + place + " came behind " + (next - 1) + where(seen, i));
      } else {
        if (place > next) {
          differences.add((place - next) + " are missing from " + next + " on" + where(seen, i));
        }
        next = place + 1;
      }
    }
    if (next < log.size()) {
      differences.add("the last " + (log.size() - next) + " are missing");
    }
    return differences.size() > MOST ? differences.subList(0, MOST) : differences;
  }

  /** Between which connections that happened. */
  private static String where(List<Seen> seen, int i) {
    Seen behind = seen.get(i);
    String at = "connection " + behind.connection() + " to node-" + (behind.node() + 1);
    if (i == 0) {
      return ", at " + at;
    }
    Seen before = seen.get(i - 1);
    return before.connection() == behind.connection()
        ? ", within " + at
        : ", between connection "
            + before.connection()
            + " to node-"
            + (before.node() + 1)
            + " and "
            + at;
  }
}
