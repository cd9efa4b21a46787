package dev.backlot.domain.render;

/**
 * Times in buckets of equal ratio: eight for each doubling, so that a bucket is 9 % wide, from 10
 * ms to beyond 24 hours. What is shorter or longer counts in the first or the last one.
 */
final class Buckets {
  /** Part of what is stored: a change needs another table. */
  static final int COUNT = 192;

  private static final double SHORTEST_MILLIS = 10;
  private static final int PER_DOUBLING = 8;
  private static final double LOG_2 = Math.log(2);

  private Buckets() {}

  static int of(double millis) {
    return Math.max(0, Math.min(COUNT - 1, (int) Math.floor(place(millis))));
  }

  /** Where a time stands in the row of buckets; the fraction says where inside of one. */
  static double place(double millis) {
    return millis <= 0 ? 0 : Math.log(millis / SHORTEST_MILLIS) / LOG_2 * PER_DOUBLING;
  }

  /** The inverse of {@link #place}. */
  static double millis(double place) {
    return SHORTEST_MILLIS * Math.pow(2, place / PER_DOUBLING);
  }
}
