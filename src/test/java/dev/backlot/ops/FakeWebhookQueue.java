package dev.backlot.ops;

import dev.backlot.port.WebhookQueue;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Nothing waits. */
final class FakeWebhookQueue implements WebhookQueue {
  @Override
  public Future<Planned> plan(int limit, int waitingMax, Instant now) {
    return Future.succeededFuture(new Planned(0, 0, 0));
  }

  @Override
  public Future<List<Claimed>> claim(UUID claim, Room room, int window, Duration lease) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Boolean> release(Served served, Instant now) {
    return Future.failedFuture("nothing was claimed");
  }

  @Override
  public Future<Integer> giveUp(int limit, Instant now) {
    return Future.succeededFuture(0);
  }

  @Override
  public Future<Counts> counts() {
    return Future.succeededFuture(new Counts(0, 0, 0, 0));
  }
}
