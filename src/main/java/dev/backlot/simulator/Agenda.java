package dev.backlot.simulator;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/**
 * What will happen at which moment, in order. There are no timers: whoever looks at the simulator
 * first runs what is due, so its state is a pure function of the clock. Event loop only. Holds one
 * entry per unfinished task and pending late create, both bounded by their owners.
 */
final class Agenda {
  private record Entry(long at, long order, LongConsumer action) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
  private long added;

  void add(long at, LongConsumer action) {
    entries.add(new Entry(at, added++, action));
  }

  /** Runs everything due by {@code now}, each entry with its own moment. */
  void runDue(long now) {
    Entry next = entries.peek();
    while (next != null && next.at() <= now) {
      entries.remove();
      next.action().accept(next.at());
      next = entries.peek();
    }
  }
}
