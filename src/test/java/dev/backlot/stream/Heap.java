package dev.backlot.stream;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** What is kept, as opposed to what only has not been collected yet. */
final class Heap {
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  private Heap() {}

  /** Bytes in use after collections: the least of several looks, as others work meanwhile. */
  static long used() {
    long least = Long.MAX_VALUE;
    for (int look = 0; look < 3; look++) {
      MEMORY.gc();
      least = Math.min(least, MEMORY.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
