package dev.backlot.simulator;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The resource pack that tasks are billed to. What it shows lags (reference, section 7): charges
 * are summed per minute and leave the queue when they are older than the lag, so the queue holds at
 * most one entry per minute of lag. Event loop only.
 */
final class Pack {
  private static final class Minute {
    private final long start;
    private BigDecimal units = BigDecimal.ZERO;

    private Minute(long start) {
      this.start = start;
    }
  }

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();

  private final String name;
  private final BigDecimal total;
  private final long lag;
  private final Deque<Minute> unseen = new ArrayDeque<>();
  private BigDecimal billed = BigDecimal.ZERO;
  private BigDecimal shown = BigDecimal.ZERO;

  Pack(String name, BigDecimal total, Duration lag) {
    this.name = name;
    this.total = total;
    this.lag = lag.toMillis();
  }

  String name() {
    return name;
  }

  void bill(BigDecimal units, long now) {
    billed = billed.add(units);
    long start = now - Math.floorMod(now, MINUTE);
    Minute last = unseen.peekLast();
    if (last == null || last.start < start) {
      last = new Minute(start);
      unseen.addLast(last);
      show(now);
    }
    last.units = last.units.add(units);
  }

  boolean isUsedUp() {
    return billed.compareTo(total) >= 0;
  }

  BigDecimal billed() {
    return billed;
  }

  BigDecimal total() {
    return total;
  }

  /** What the costs query says is left, never below zero. */
  BigDecimal remainingAsShown(long now) {
    show(now);
    return total.subtract(shown).max(BigDecimal.ZERO);
  }

  private void show(long now) {
    Minute first = unseen.peekFirst();
    while (first != null && first.start + lag <= now) {
      shown = shown.add(first.units);
      unseen.removeFirst();
      first = unseen.peekFirst();
    }
  }
}
