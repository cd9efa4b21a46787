package dev.backlot.fallback;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.config.DispatchConfig;
import dev.backlot.domain.catalog.StandIns;
import dev.backlot.domain.catalog.StandIns.Asking;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import dev.backlot.port.StrandedJobs;
import dev.backlot.port.StrandedJobs.Held;
import dev.backlot.port.StrandedJobs.Release;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets jobs go that are held because they could run nowhere, when a changed configuration or
 * catalog lets them: those that no account could carry once one can, and both those and the ones
 * whose model was refused once another may take them over. Looks at one page of each kind in a
 * pass, and goes on behind it in the next. Confined to one event loop.
 */
public final class HeldJobs {
  private static final String DUTY = "held-jobs";

  private final StrandedJobs store;
  private final Membership membership;
  private final NodeLease lease;
  private final StandIns standIns;
  private final DispatchConfig config;
  private final Bus bus;
  private final InstantSource clock;

  /** Where the next page of a reason begins; absent for the first. */
  private final Map<String, JobId> places = new HashMap<>();

  public HeldJobs(
      StrandedJobs store,
      Membership membership,
      NodeLease lease,
      StandIns standIns,
      DispatchConfig config,
      Bus bus,
      InstantSource clock) {
    this.store = store;
    this.membership = membership;
    this.lease = lease;
    this.standIns = standIns;
    this.config = config;
    this.bus = bus;
    this.clock = clock;
  }

  /**
   * @return whether there is another page, so that another pass is worth while at once
   */
  public Future<Boolean> runOnce() {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return membership
        .holdDuty(lease, DUTY, config.recheck().multipliedBy(2))
        .compose(ours -> ours ? lookAtBoth() : Future.succeededFuture(false));
  }

  private Future<Boolean> lookAtBoth() {
    return look(HeldReason.MODEL_UNAVAILABLE)
        .compose(first -> look(HeldReason.MODEL_REFUSED).map(second -> first || second));
  }

  private Future<Boolean> look(String reason) {
    return store
        .held(reason, places.get(reason), StrandedJobs.MAX_BATCH)
        .compose(page -> release(reason, page).map(done -> turn(reason, page)));
  }

  private boolean turn(String reason, List<Held> page) {
    boolean full = page.size() == StrandedJobs.MAX_BATCH;
    if (full) {
      places.put(reason, page.get(page.size() - 1).job());
    } else {
      places.remove(reason);
    }
    return full;
  }

  private Future<Void> release(String reason, List<Held> page) {
    List<Release> free = page.stream().flatMap(held -> release(reason, held).stream()).toList();
    if (free.isEmpty()) {
      return Future.succeededFuture();
    }
    return store.release(reason, free, clock.instant()).onSuccess(this::announce).mapEmpty();
  }

  private Optional<Release> release(String reason, Held held) {
    Asking asking = ModelChoice.asking(held.candidate());
    if (reason.equals(HeldReason.MODEL_UNAVAILABLE) && standIns.hasWay(asking)) {
      return Optional.of(new Release(held.job(), null));
    }
    Optional<StandIn> by = held.mayFallBack() ? standIns.next(asking) : Optional.empty();
    return by.map(standIn -> new Release(held.job(), standIn));
  }

  private void announce(int released) {
    if (released > 0) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(released));
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
    }
  }
}
