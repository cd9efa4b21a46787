package dev.backlot.benchmark;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the clients of one server have seen since the last report. One event loop only. */
final class Sightings {
  private final Arrivals arrivals = new Arrivals();

  /** Milliseconds that each client needed to follow. */
  private final List<Double> live = new ArrayList<>();

  private final Promise<Void> failed = Promise.promise();
  private String failure = "";
  private Buffer sample = Buffer.buffer();
  private int retries;
  private int unheard;
  private int resumed;

  void event(int number, long micros, Buffer text, boolean missed) {
    arrivals.add(number, micros);
    sample = text;
    if (missed) {
      resumed++;
    }
  }

  void live(double millis) {
    live.add(millis);
  }

  void retried() {
    retries++;
  }

  /** A client was sent away before it followed, as if it had not said who it is. */
  void unheard() {
    unheard++;
  }

  /** Only the first failure counts; it stays. */
  void fail(String what) {
    if (failure.isEmpty()) {
      failure = what;
      failed.complete();
    }
  }

  /** Completes at the first failure. */
  Future<Void> failed() {
    return failed.future();
  }

  boolean hasFailed() {
    return !failure.isEmpty();
  }

  /**
   * Begins anew.
   *
   * @param first number of the first event that is timed
   * @param there microseconds since the epoch of that event and those after it
   * @param seconds of the last time that clients connected
   */
  AudienceReport report(int first, long[] there, double seconds) {
    double[] latencies = arrivals.latencies(first, there);
    double[] connects = live.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(connects);
    AudienceReport report =
        new AudienceReport(
            failure,
            arrivals.count(),
            at(latencies, 0.5),
            at(latencies, 0.99),
            sample.toString(),
            seconds,
            at(connects, 0.99),
            retries,
            unheard,
            resumed);
    arrivals.clear();
    live.clear();
    retries = 0;
    unheard = 0;
    resumed = 0;
    return report;
  }

  private static double at(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * share)];
  }
}
