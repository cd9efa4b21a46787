package dev.backlot.domain.schedule;

import dev.backlot.domain.render.RenderTime;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * When a job will have ended, half of the time and nine times of ten. Pure; an estimate, never a
 * promise.
 *
 * <p>Slots become free at the rate of their number by the mean render time; the job's turn comes
 * after so many of them as fair share gives to others and to its own tenant's earlier jobs. Of what
 * its tenant or its batch may hold it waits for a slot as well, behind those of their own, and it
 * starts at the last of these times (see {@link Line}). How far a sum of n render times strays
 * grows with the root of n (the central limit theorem), so the interval of a job far back is narrow
 * for its length.
 */
public final class Forecast {
  /** Of the normal distribution: nine of ten are below. */
  private static final double P90 = 1.2816;

  /** Parts of the distribution over which a mean is taken: its long tail counts. */
  private static final int PARTS = 40;

  private Forecast() {}

  /** From now on. */
  public record Span(Duration p50, Duration p90) {}

  /**
   * @param position how many jobs of its class start before it, as far as fair share tells; 0 when
   *     it is next
   */
  public record OfQueued(int position, Span start, Span end) {}

  /**
   * Of a job that is due now, or after {@code until}: what waits now goes first for as long, and
   * then what becomes due before it.
   *
   * @param until zero for one that is due
   * @param render how long tasks like it take
   * @param mayCreate whether an account may be used now; when none may, all are taken to be usable
   *     again at once, which is too early by as long as that lasts
   */
  public static OfQueued ofQueued(
      QueuePlace place, Duration until, RenderTime render, Predicate<String> mayCreate) {
    List<Line> lines = Line.of(place, mayCreate);
    Span start =
        lines.stream()
            .map(line -> start(line, place.slots(), until, render))
            .reduce(Forecast::later)
            .orElseThrow();
    return new OfQueued(lines.get(0).turns() - 1, start, end(start, render));
  }

  /** Of a task that has run for {@code age}. */
  public static Span ofRunning(RenderTime render, Duration age) {
    return new Span(render.remaining(age, 0.5), render.remaining(age, 0.9));
  }

  /** It starts when nothing keeps it any more. */
  private static Span later(Span one, Span other) {
    return new Span(max(one.p50(), other.p50()), max(one.p90(), other.p90()));
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /**
   * When the job has come to the front of one line.
   *
   * @param size slots that each of the line's tasks holds, as far as is known: the job's own
   */
  private static Span start(Line line, int size, Duration until, RenderTime render) {
    int slots = line.slots();
    int later = line.late() * size;
    int sooner = line.turns() * size - later - line.free();
    double mean = mean(render);
    double each = mean / Math.max(1, slots);
    // In slots that must become free; below zero when some are free by then.
    double left = Math.max(-slots, sooner - until.toMillis() / each);
    double freed = left + later;
    if (freed <= 0) {
      return new Span(until, until.plusSeconds(1));
    }
    double middle = until.toMillis() + freed * each;
    double deviation = deviation(render, mean) / Math.max(1, slots);
    // What is served until then strays too, unless it is over long before.
    double straying = left > 0 ? sooner + later : freed;
    // The mean itself is only as well known as the number of tasks that were measured.
    double unsure = straying * deviation / Math.sqrt(Math.max(1, render.measured()));
    double spread = Math.hypot(Math.sqrt(straying) * deviation, unsure);
    return new Span(millis(middle), millis(middle + P90 * spread));
  }

  /** Deviations of independent times add up by their squares. */
  private static Span end(Span start, RenderTime render) {
    double half = render.quantile(0.5).toMillis();
    double waiting = start.p90().minus(start.p50()).toMillis();
    double rendering = render.quantile(0.9).toMillis() - half;
    double middle = start.p50().toMillis() + half;
    return new Span(millis(middle), millis(middle + Math.hypot(waiting, rendering)));
  }

  private static double mean(RenderTime render) {
    return parts(render).average().orElse(0);
  }

  private static double deviation(RenderTime render, double mean) {
    return Math.sqrt(parts(render).map(time -> (time - mean) * (time - mean)).average().orElse(0));
  }

  /** The middles of equal parts of the distribution. */
  private static DoubleStream parts(RenderTime render) {
    return IntStream.range(0, PARTS)
        .mapToDouble(part -> render.quantile((part + 0.5) / PARTS).toMillis());
  }

  private static Duration millis(double millis) {
    return Duration.ofMillis(Math.round(millis));
  }
}
