package dev.backlot.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Submits at an even pace while a whole crowd is told of events: in calm, and while all of them
 * lose their connections at once and come back within a quarter of a minute, each with its cursor.
 * Everybody must have seen every event once, in order.
 */
final class Storm {
  private static final int SECONDS = 15;
  private static final int SUBMITS_PER_SECOND = 100;
  private static final int CONNECTIONS = 32;
  private static final long PAUSE_NANOS = 500_000_000;

  private final Service service;
  private final Load load;
  private final LogAnnouncer log;
  private final Audience audience;
  private final List<AudienceReport> reports = new ArrayList<>();

  Storm(Service service, Load load, LogAnnouncer log, Audience audience) {
    this.service = service;
    this.load = load;
    this.log = log;
    this.audience = audience;
  }

  /** Of the last storms, when all were back. */
  List<AudienceReport> last(int storms) {
    return reports.subList(reports.size() - storms, reports.size());
  }

  /** The jobs of the sample are submits. */
  Sample calm() {
    int first = log.last() + 1;
    CompletableFuture<LoadReport> submits = CompletableFuture.supplyAsync(this::submit);
    announceUntil(submits::isDone);
    requireAll(first, audience.await(log.last(), first, new long[0]).deliveries());
    return sample(submits.join());
  }

  Sample rage() {
    int first = log.last() + 1;
    CompletableFuture<LoadReport> submits = CompletableFuture.supplyAsync(this::submit);
    CompletableFuture<AudienceReport> back =
        CompletableFuture.supplyAsync(() -> audience.storm(SECONDS * 1_000L));
    announceUntil(() -> submits.isDone() && back.isDone());
    AudienceReport returned = back.join();
    reports.add(returned);
    int later = audience.await(log.last(), first, new long[0]).deliveries();
    requireAll(first, returned.deliveries() + later);
    return sample(submits.join());
  }

  private LoadReport submit() {
    return load.run(
        LoadOrder.paced(
            service.port(),
            service.tenants().keys(),
            CONNECTIONS,
            SECONDS * SUBMITS_PER_SECOND,
            SUBMITS_PER_SECOND));
  }

  private void announceUntil(Supplier<Boolean> over) {
    while (!over.get()) {
      log.announce(1);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void requireAll(int first, int deliveries) {
    int due = (log.last() - first + 1) * audience.size();
    if (deliveries != due) {
      throw new IllegalStateException(deliveries + " deliveries, not " + due);
    }
  }

  private static Sample sample(LoadReport submits) {
    return new Sample(submits.perSecond(), 0, 0, submits.p99());
  }
}
