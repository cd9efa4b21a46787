package dev.backlot.callback;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Attempts that polling shall be told of, each once, in the order of their first callback. */
final class Hints {
  private final Set<UUID> waiting = new LinkedHashSet<>();
  private final int max;

  /**
   * @param max most attempts that wait; beyond it one more is turned away
   */
  Hints(int max) {
    this.max = max;
  }

  /** Whether the attempt waits now: not when too many others do. */
  boolean add(UUID attempt) {
    if (waiting.size() >= max) {
      return waiting.contains(attempt);
    }
    waiting.add(attempt);
    return true;
  }

  /** Takes the first ones out; none when nobody waits. */
  List<UUID> take(int most) {
    List<UUID> taken = new ArrayList<>(Math.min(most, waiting.size()));
    Iterator<UUID> each = waiting.iterator();
    while (taken.size() < most && each.hasNext()) {
      taken.add(each.next());
      each.remove();
    }
    return taken;
  }
}
