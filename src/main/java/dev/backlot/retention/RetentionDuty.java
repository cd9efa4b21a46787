package dev.backlot.retention;

import dev.backlot.config.RetentionConfig;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import dev.backlot.port.Retention;
import dev.backlot.port.Retention.Kind;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes one batch of each kind, when the duty is ours. Confined to one event loop. */
public final class RetentionDuty {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionDuty.class);
  private static final String DUTY = "retention";

  /** An expiry is written by one node's clock and honoured by another's. */
  static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(10);

  private final Retention retention;
  private final Membership membership;
  private final NodeLease lease;
  private final RetentionConfig config;
  private final InstantSource clock;

  public RetentionDuty(
      Retention retention,
      Membership membership,
      NodeLease lease,
      RetentionConfig config,
      InstantSource clock) {
    this.retention = retention;
    this.membership = membership;
    this.lease = lease;
    this.config = config;
    this.clock = clock;
  }

  /**
   * One batch of each kind, one after the other: a backlog keeps one connection busy at most.
   *
   * @return whether a batch was full, so that another pass is worth while at once
   */
  public Future<Boolean> runOnce() {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return membership
        .holdDuty(lease, DUTY, config.interval().multipliedBy(2))
        .compose(ours -> ours ? removeAll(clock.instant()) : Future.succeededFuture(false));
  }

  private Future<Boolean> removeAll(Instant now) {
    Future<Boolean> more = Future.succeededFuture(false);
    for (Kind kind : Kind.values()) {
      more = more.compose(earlier -> remove(kind, now).map(full -> earlier || full));
    }
    return more;
  }

  private Future<Boolean> remove(Kind kind, Instant now) {
    return retention
        .remove(kind, now.minus(age(kind)), config.batch())
        .map(
            removed -> {
              if (removed > 0) {
                LOG.atDebug()
                    .addKeyValue("kind", kind)
                    .addKeyValue("rows", removed)
                    .log("removed what had expired");
              }
              return removed >= config.batch();
            });
  }

  private Duration age(Kind kind) {
    return switch (kind) {
      case IDEMPOTENCY_KEYS, STREAM_TOKENS -> CLOCK_DIFFERENCE;
      case EVENTS -> config.events();
      case ALERTS -> config.alerts();
      case NODES -> config.nodes();
      case INPUTS -> config.inputs();
      case WEBHOOK_DELIVERIES, JOB_WEBHOOKS -> config.webhooks();
      case BILL_ROWS, BILL_ITEMS -> config.reconciliation();
      case CALL_ANSWERS -> config.calls();
      // Made anew when they are missed, or not seen by anybody: any age will do.
      case BATCH_LANES, IDLE_WEBHOOK_ADDRESSES, WEBHOOK_ENDPOINTS -> CLOCK_DIFFERENCE;
    };
  }
}
