package dev.backlot.simulator;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/**
 * What will happen at which moment, in order. Whoever looks at the simulator first runs what is
 * due, so its state is a pure function of the clock. Event loop only. Holds a few entries per
 * unfinished task, pending late create and late callback, all bounded by their owners.
 */
final class Agenda {
  private record Entry(long at, long order, LongConsumer action) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
  private long added;

  void add(long at, LongConsumer action) {
    entries.add(new Entry(at, added++, action));
  }

  /** When the next entry is due; {@link Long#MAX_VALUE} without one. */
  long next() {
    Entry next = entries.peek();
    return next == null ? Long.MAX_VALUE : next.at();
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
