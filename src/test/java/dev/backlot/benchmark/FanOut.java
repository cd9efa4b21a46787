package dev.backlot.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One turn of news to a crowd: first nothing for a while, which says what the open connections cost
 * by themselves; then events at an even pace, until everybody has seen them all.
 */
final class FanOut implements Rounds.Side {
  static final int BURST = 10;

  private static final Duration IDLE = Duration.ofSeconds(4);
  private static final int EVENTS = 40;
  private static final int PER_SECOND = 8;

  private final Announcer announcer;
  private final Audience audience;
  private final long server;
  private final int together;
  private final List<Double> idle = new ArrayList<>();

  /**
   * @param server process id; only its CPU counts
   * @param together events that become known at once; there are as many a second in any case
   */
  FanOut(Announcer announcer, Audience audience, long server, int together) {
    this.announcer = announcer;
    this.audience = audience;
    this.server = server;
    this.together = together;
  }

  /** Percent of a core that the server uses while nothing happens. */
  Series idle() {
    return new Series(idle);
  }

  /** The jobs of the sample are deliveries. */
  @Override
  public Sample measure() {
    Duration before = Cpu.ofAlone(server);
    LockSupport.parkNanos(IDLE.toNanos());
    double idleShare = share(Cpu.ofAlone(server).minus(before), IDLE.toNanos());
    idle.add(100 * idleShare);

    Duration start = Cpu.ofAlone(server);
    long begun = System.nanoTime();
    AudienceReport report = announceAll(begun);
    long took = System.nanoTime() - begun;
    double micros = (Cpu.ofAlone(server).minus(start).toNanos() - idleShare * took) / 1e3;
    int deliveries = EVENTS * audience.size();
    if (report.deliveries() != deliveries) {
      throw new IllegalStateException(report.deliveries() + " deliveries, not " + deliveries);
    }
    return new Sample(deliveries / (took / 1e9), micros / deliveries, report.p50(), report.p99());
  }

  private AudienceReport announceAll(long begun) {
    int first = announcer.last() + 1;
    long[] there = new long[EVENTS];
    for (int sent = 0; sent < EVENTS; sent += together) {
      LockSupport.parkNanos(begun + sent * 1_000_000_000L / PER_SECOND - System.nanoTime());
      long at = announcer.announce(together);
      for (int i = sent; i < sent + together; i++) {
        there[i] = at;
      }
    }
    return audience.await(announcer.last(), first, there);
  }

  private static double share(Duration used, long nanos) {
    return (double) used.toNanos() / nanos;
  }
}
