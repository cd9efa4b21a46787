package dev.backlot.webhook;

import dev.backlot.port.WebhookQueue;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Never stores what it was told: what a node leaves that dies after the send. */
record Forgetful(WebhookQueue queue) implements WebhookQueue {
  @Override
  public Future<Planned> plan(int limit, int waitingMax, Instant now) {
    return queue.plan(limit, waitingMax, now);
  }

  @Override
  public Future<List<Claimed>> claim(UUID claim, Room room, int window, Duration lease) {
    return queue.claim(claim, room, window, lease);
  }

  @Override
  public Future<Integer> giveUp(int limit, Instant now) {
    return queue.giveUp(limit, now);
  }

  @Override
  public Future<Boolean> release(Served served, Instant now) {
    return Future.failedFuture("the node is dead");
  }

  @Override
  public Future<Counts> counts() {
    return queue.counts();
  }
}
