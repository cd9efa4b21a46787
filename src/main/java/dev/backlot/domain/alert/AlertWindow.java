package dev.backlot.domain.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * How bad something was on average over the last while. A level holds until the next one is added,
 * so that a long calm weighs more than a short outage however often somebody looked. Not
 * thread-safe.
 */
public final class AlertWindow {
  /** At the bound the oldest level is forgotten: the window is shorter than it should be. */
  private static final int MAX_SAMPLES = 2_000;

  private final Duration length;
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  private record Sample(Instant at, double level) {}

  public AlertWindow(Duration length) {
    this.length = length;
  }

  /**
   * @param at not before the last one; an earlier time counts as the last one's
   * @param level 0 for good to 1 for as bad as can be
   */
  public void add(Instant at, double level) {
    Sample last = samples.peekLast();
    if (last == null) {
      samples.add(new Sample(at, level));
      return;
    }
    if (last.level() == level) {
      return;
    }
    samples.add(new Sample(at.isBefore(last.at()) ? last.at() : at, level));
    forget(last.at().minus(length));
  }

  /**
   * The mean level over the window that ends now, or over what has been seen of it; the last level
   * itself when that is no time at all, and 0 when nothing was seen.
   */
  public double mean(Instant now) {
    Instant start = now.minus(length);
    forget(start);
    Sample last = samples.peekLast();
    if (last == null) {
      return 0;
    }
    double weighted = 0;
    double seconds = 0;
    Instant until = now;
    var newestFirst = samples.descendingIterator();
    while (newestFirst.hasNext()) {
      Sample sample = newestFirst.next();
      double held = seconds(sample.at().isBefore(start) ? start : sample.at(), until);
      weighted += sample.level() * held;
      seconds += held;
      until = sample.at();
    }
    return seconds == 0 ? last.level() : weighted / seconds;
  }

  /** Keeps the one sample before {@code start}, whose level held when the window began. */
  private void forget(Instant start) {
    while (samples.size() > MAX_SAMPLES || secondIsOver(start)) {
      samples.removeFirst();
    }
  }

  private boolean secondIsOver(Instant start) {
    if (samples.size() < 2) {
      return false;
    }
    var oldestFirst = samples.iterator();
    oldestFirst.next();
    return !oldestFirst.next().at().isAfter(start);
  }

  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis()) / 1_000.0;
  }
}
