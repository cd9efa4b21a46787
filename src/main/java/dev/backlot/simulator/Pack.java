package dev.backlot.simulator;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The resource pack that tasks are billed to. What it shows lags (reference, section 7): charges
 * are summed per minute, or per sixtieth of a lag that is shorter than an hour, and leave the queue
 * when they are older than the lag: it holds at most 61 entries, or one per minute of lag. Event
 * loop only.
 */
final class Pack {
  private static final class Span {
    private final long start;
    private BigDecimal units = BigDecimal.ZERO;

    private Span(long start) {
      this.start = start;
    }
  }

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final int SPANS = 60;

  private final String name;
  private final BigDecimal total;
  private final long lag;
  private final long span;
  private final Deque<Span> unseen = new ArrayDeque<>();
  private BigDecimal billed = BigDecimal.ZERO;
  private BigDecimal shown = BigDecimal.ZERO;

  Pack(String name, BigDecimal total, Duration lag) {
    this.name = name;
    this.total = total;
    this.lag = lag.toMillis();
    this.span = Math.max(1, Math.min(MINUTE, this.lag / SPANS));
  }

  String name() {
    return name;
  }

  void bill(BigDecimal units, long now) {
    billed = billed.add(units);
    show(now);
    long start = now - Math.floorMod(now, span);
    Span last = unseen.peekLast();
    if (last == null || last.start < start) {
      last = new Span(start);
      unseen.addLast(last);
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
    Span first = unseen.peekFirst();
    while (first != null && first.start + lag <= now) {
      shown = shown.add(first.units);
      unseen.removeFirst();
      first = unseen.peekFirst();
    }
  }
}
