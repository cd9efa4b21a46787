package dev.backlot.poll;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Drain;
import dev.backlot.bus.Pass;
import dev.backlot.config.PollConfig;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Endings;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls running tasks: owns the timers, the hints and the drain; {@link Poller} does the work. */
public final class PollVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(PollVerticle.class);
  private static final long TICK_MILLIS = 20;
  private static final int MAX_WAITING_ENDINGS = 20_000;

  private final Bus bus;
  private final PollConfig config;
  private final Poller poller;
  private final Pass loadAll;

  public PollVerticle(
      Endings store,
      VideoProvider provider,
      Bus bus,
      NodeLease lease,
      PollConfig config,
      InstantSource clock) {
    this.bus = bus;
    this.config = config;
    this.poller =
        new Poller(
            store,
            provider,
            lease,
            new PollCadence(
                config.first(),
                config.shortest(),
                config.longest(),
                config.overdue(),
                config.overdueInterval()),
            new EndingRules(
                config.maxFailedTasks(), new TimeOut(config.onTimeout(), config.giveUpAfter())),
            new EndingRecorder(store, bus, clock, config.onCancel(), MAX_WAITING_ENDINGS),
            config.perAccount(),
            config.hintPause(),
            clock);
    this.loadAll =
        new Pass(
            "load running attempts",
            () -> poller.loadAll().compose(loaded -> poller.markOverdue()).map(false));
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(TICK_MILLIS, id -> poller.runOnce());
    vertx.setPeriodic(0, config.reload().toMillis(), id -> loadAll.wake());
    return Future.all(
        bus.subscribe(Addresses.ATTEMPTS_RUNNING, hint -> load(hint)),
        bus.subscribe(Addresses.TASKS_HINTED, hint -> poller.hint(ids(hint.attempts()))),
        bus.subscribe(Addresses.JOBS_TAKEN_OVER, hint -> loadAll.wake()),
        bus.subscribe(Addresses.LEASE_LOST, hint -> poller.forget()));
  }

  /** Asks for nothing more, and waits until every ending under way is recorded. */
  @Override
  public Future<?> stop() {
    poller.stop();
    loadAll.stop();
    return Drain.until(vertx, () -> poller.isIdle() && !loadAll.isRunning());
  }

  private void load(Addresses.AttemptsRunning hint) {
    poller
        .load(ids(hint.attempts()))
        .onFailure(
            failure -> LOG.atWarn().setCause(failure).log("running attempts were not loaded yet"));
  }

  private static List<AttemptId> ids(List<UUID> attempts) {
    return attempts.stream().map(AttemptId::new).toList();
  }
}
