package dev.backlot.domain.schedule;

import dev.backlot.domain.render.RenderTime;
import dev.backlot.domain.schedule.QueuePlace.Account;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * When a job will have ended, half of the time and nine times of ten. Pure; an estimate, never a
 * promise.
 *
 * <p>Slots become free at the rate of their number by the mean render time; the job's turn comes
 * after so many of them as fair share gives to others and to its own tenant's earlier jobs. How far
 * a sum of n render times strays grows with the root of n (the central limit theorem), so the
 * interval of a job far back is narrow for its length.
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
    int position = position(place);
    Span start = start(place, until, render, position, mayCreate);
    return new OfQueued(position, start, end(start, render));
  }

  /** Of a task that has run for {@code age}. */
  public static Span ofRunning(RenderTime render, Duration age) {
    return new Span(render.remaining(age, 0.5), render.remaining(age, 0.9));
  }

  /** How many turns are given until one is its own, among those that wait at the same time. */
  private static double turns(QueuePlace place, int own) {
    return own
        * share(place.batchWeight(), place.otherBatches())
        * share(place.weight(), place.others());
  }

  private static double share(int own, int others) {
    return (double) (own + others) / own;
  }

  private static int position(QueuePlace place) {
    double turns = turns(place, place.ahead() + place.ripening().ahead() + 1);
    int waiting = place.queued() + place.ripening().all();
    return (int) Math.min(Math.round(turns), Math.max(1, waiting)) - 1;
  }

  /** Those of the jobs before it, and itself, that are not due yet. */
  private static int ripening(QueuePlace place, int position) {
    double turns = turns(place, place.ripening().ahead() + 1);
    return place.due() ? 1 : (int) Math.min(Math.round(turns), position + 1L);
  }

  private static Span start(
      QueuePlace place,
      Duration until,
      RenderTime render,
      int position,
      Predicate<String> mayCreate) {
    int slots = usable(place, mayCreate, Account::ceiling);
    int busy = usable(place, mayCreate, Account::inFlight);
    int later = ripening(place, position) * place.slots();
    int sooner = (position + 1) * place.slots() - later - Math.max(0, slots - busy);
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

  private static int usable(
      QueuePlace place, Predicate<String> mayCreate, ToIntFunction<Account> of) {
    boolean any = place.accounts().stream().anyMatch(account -> mayCreate.test(account.id()));
    return place.accounts().stream()
        .filter(account -> !any || mayCreate.test(account.id()))
        .mapToInt(of)
        .sum();
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
