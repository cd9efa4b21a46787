package dev.backlot.membership;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsTakenOver;
import dev.backlot.bus.Addresses.LeaseLost;
import dev.backlot.bus.Bus;
import dev.backlot.config.NodeConfig;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the lease and takes over what dead nodes left. Confined to one event loop. */
public final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** Small enough for the short statement time-out of the connections that keep the lease. */
  private static final int TAKE_OVER_BATCH = 100;

  private final Membership membership;
  private final NodeLease lease;
  private final Bus bus;
  private final NodeConfig config;

  /** The timer goes on until the database has answered, and an answer may be on its way. */
  private boolean left;

  /** The last one, which may be under way when the node leaves. */
  private Future<Void> registration = Future.succeededFuture();

  public Heartbeat(Membership membership, NodeLease lease, Bus bus, NodeConfig config) {
    this.membership = membership;
    this.lease = lease;
    this.bus = bus;
    this.config = config;
  }

  /** Joins, or joins again under a higher epoch after the lease was lost. */
  public Future<Void> register() {
    long sentAt = lease.tick();
    registration =
        membership
            .register(lease, config.name())
            .onSuccess(epoch -> registered(epoch, sentAt))
            .mapEmpty();
    return registration;
  }

  private void registered(long epoch, long sentAt) {
    if (left) {
      lease.registeredToLeave(epoch);
      return;
    }
    lease.renewed(epoch, sentAt);
    LOG.atInfo()
        .addKeyValue("node", lease.node())
        .addKeyValue("epoch", epoch)
        .log("joined the installation");
  }

  /** One heartbeat; after a refused one, everything that was owned is forgotten. */
  public Future<Void> beat() {
    if (left) {
      return Future.succeededFuture();
    }
    long sentAt = lease.tick();
    return membership
        .heartbeat(lease)
        .compose(
            accepted -> {
              if (left) {
                return Future.succeededFuture();
              }
              if (accepted) {
                lease.renewed(lease.epoch(), sentAt);
                return Future.succeededFuture();
              }
              return rejoin();
            });
  }

  /**
   * Takes over a batch of orphaned jobs, if there are any.
   *
   * @return whether there may be more
   */
  public Future<Boolean> takeOver() {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return membership
        .takeOver(lease, TAKE_OVER_BATCH)
        .map(
            count -> {
              if (count > 0) {
                LOG.atInfo()
                    .addKeyValue("jobs", count)
                    .log("took over jobs of a node that is gone");
                bus.publish(Addresses.JOBS_TAKEN_OVER, new JobsTakenOver(count));
              }
              return count == TAKE_OVER_BATCH;
            });
  }

  /** For good: no heartbeat prolongs the lease any more, and none joins again. */
  public Future<Void> leave() {
    left = true;
    lease.lost();
    return registration.otherwiseEmpty().compose(registered -> membership.leave(lease));
  }

  private Future<Void> rejoin() {
    long epoch = lease.epoch();
    LOG.atWarn().addKeyValue("epoch", epoch).log("the lease was lost; joining again");
    lease.lost();
    bus.publish(Addresses.LEASE_LOST, new LeaseLost(epoch));
    return register();
  }
}
