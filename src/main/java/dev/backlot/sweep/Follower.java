package dev.backlot.sweep;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Bus;
import dev.backlot.config.SweepConfig;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import dev.backlot.port.Strays;
import dev.backlot.port.Strays.End;
import dev.backlot.port.Strays.Kind;
import dev.backlot.port.Strays.Stray;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for every stray once a pass and closes those that have come to their end, when the duty is
 * ours. Should a pass outlast the duty, another node asks too, and each is still closed once.
 * Confined to one event loop.
 */
public final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final String DUTY = "strays";

  /** Strays in memory at a time. */
  static final int PAGE = Strays.MAX_BATCH;

  private final Strays store;
  private final VideoProvider provider;
  private final Membership membership;
  private final NodeLease lease;
  private final Bus bus;
  private final SweepConfig config;
  private final InstantSource clock;

  public Follower(
      Strays store,
      VideoProvider provider,
      Membership membership,
      NodeLease lease,
      Bus bus,
      SweepConfig config,
      InstantSource clock) {
    this.store = store;
    this.provider = provider;
    this.membership = membership;
    this.lease = lease;
    this.bus = bus;
    this.config = config;
    this.clock = clock;
  }

  /**
   * One pass over all strays, page by page.
   *
   * @return false: the next pass has its time
   */
  public Future<Boolean> runOnce() {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return membership
        .holdDuty(lease, DUTY, config.follow().multipliedBy(2))
        .compose(ours -> ours ? follow(null) : Future.succeededFuture())
        .map(false);
  }

  private Future<Void> follow(@Nullable UUID after) {
    return store
        .open(after, PAGE)
        .compose(
            page ->
                ask(page)
                    .compose(
                        done ->
                            page.size() < PAGE
                                ? Future.succeededFuture()
                                : follow(page.get(page.size() - 1).id())));
  }

  /** The accounts side by side, so that one which does not answer costs the others a deadline. */
  private Future<Void> ask(List<Stray> page) {
    List<Future<List<End>>> asked =
        Enquiry.of(page).stream().map(enquiry -> enquiry.ask(provider, this::end)).toList();
    return Future.join(asked)
        .compose(
            all -> {
              List<End> ends = new ArrayList<>();
              all.<List<End>>list().forEach(ends::addAll);
              return store.close(ends, clock.instant());
            })
        .onSuccess(this::announce)
        .mapEmpty();
  }

  /** Empty while it has not come to its end, as far as anybody knows. */
  private Optional<End> end(Stray stray, TaskLookup answer) {
    if (answer instanceof Found found) {
      return found.report() instanceof TaskReport.Pending
          ? Optional.empty()
          : Optional.of(new End.Reported(stray, found.report()));
    }
    Instant forgotten = clock.instant().minus(config.forgetAfter());
    return isUnknownThere(answer) && stray.since().isBefore(forgotten)
        ? Optional.of(new End.Forgotten(stray))
        : Optional.empty();
  }

  /** An answer, and not about a task: whatever its code means, it is believed after weeks only. */
  private static boolean isUnknownThere(TaskLookup answer) {
    return !(answer instanceof TaskLookup.Unclear unclear) || unclear.providerCode() != 0;
  }

  private void announce(List<End> closed) {
    long freed = closed.stream().filter(end -> end.stray().kind() == Kind.DETACHED).count();
    if (freed > 0) {
      bus.publish(Addresses.SLOTS_FREED, new SlotsFreed((int) freed));
    }
    closed.forEach(Follower::log);
  }

  private static void log(End end) {
    LOG.atInfo()
        .addKeyValue("account", end.stray().account())
        .addKeyValue("taskId", end.stray().taskId())
        .addKeyValue("kind", end.stray().kind())
        .addKeyValue("end", end.getClass().getSimpleName())
        .log("a task that no job waits for has ended; its bill is our loss");
  }
}
