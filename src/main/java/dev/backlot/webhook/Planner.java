package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import dev.backlot.port.WebhookQueue;
import dev.backlot.port.WebhookQueue.Planned;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Makes deliveries of what the log has grown by, on the node that has the duty. The duty only saves
 * the others the work: two that plan at once do not plan twice, the store sees to that. Confined to
 * one event loop.
 */
public final class Planner {
  private static final String DUTY = "webhooks";

  /** In intervals: how long an answer counts, and how long the duty is ours after it. */
  private static final int ASK_EVERY = 3;

  private static final int KEEP = 10;

  private final WebhookQueue queue;
  private final Membership membership;
  private final NodeLease lease;
  private final WebhooksConfig config;
  private final InstantSource clock;

  /** The last answer, and until when it is not asked again. */
  private boolean ours;

  private Instant askAgain = Instant.MIN;
  private Runnable planned = () -> {};

  public Planner(
      WebhookQueue queue,
      Membership membership,
      NodeLease lease,
      WebhooksConfig config,
      InstantSource clock) {
    this.queue = queue;
    this.membership = membership;
    this.lease = lease;
    this.config = config;
    this.clock = clock;
  }

  /** To be called whenever there are new deliveries to send. */
  void onPlanned(Runnable handler) {
    planned = handler;
  }

  /**
   * One step.
   *
   * @return whether there may be more
   */
  Future<Boolean> runOnce() {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return holdDuty().compose(held -> held ? plan() : Future.succeededFuture(false));
  }

  private Future<Boolean> holdDuty() {
    Instant now = clock.instant();
    if (now.isBefore(askAgain)) {
      return Future.succeededFuture(ours);
    }
    Duration interval = config.interval();
    return membership
        .holdDuty(lease, DUTY, interval.multipliedBy(KEEP))
        .onSuccess(
            held -> {
              ours = held;
              askAgain = now.plus(interval.multipliedBy(ASK_EVERY));
            });
  }

  private Future<Boolean> plan() {
    Instant now = clock.instant();
    return queue
        .plan(config.batch(), config.waitingMax(), now)
        .map(this::planned)
        .compose(more -> queue.giveUp(config.batch(), now).map(failed -> more || isFull(failed)));
  }

  private boolean isFull(int batch) {
    return batch == config.batch();
  }

  private boolean planned(Planned done) {
    if (done.deliveries() > done.refused()) {
      planned.run();
    }
    return isFull(done.events());
  }
}
