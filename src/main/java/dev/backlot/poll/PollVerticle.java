package dev.backlot.poll;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Drain;
import dev.backlot.bus.Pass;
import dev.backlot.config.PollConfig;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.Backoff;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.Endings;
import dev.backlot.port.RenderHistory;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
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
  private final Pass share;

  /** What polling needs from outside. */
  public record Ports(Endings endings, VideoProvider provider, RenderHistory history, Bus bus) {}

  /**
   * @param times taught here, and shared with whoever wants to know when a task ends
   */
  public PollVerticle(
      Ports ports,
      NodeLease lease,
      PollConfig config,
      RenderTimes times,
      RandomGenerator random,
      InstantSource clock) {
    RenderLearning learning = new RenderLearning(times, ports.history(), clock);
    this.bus = ports.bus();
    this.config = config;
    this.poller =
        new Poller(
            ports.endings(),
            ports.provider(),
            lease,
            new Pace(cadence(config), times, random),
            learning,
            new EndingRules(
                config.maxFailedTasks(),
                new Backoff(config.retryBase(), config.retryCap(), random)::pause,
                new TimeOut(config.onTimeout(), config.giveUpAfter())),
            new EndingRecorder(ports.endings(), bus, clock, config.onCancel(), MAX_WAITING_ENDINGS),
            new Places(config.perAccount(), config.patience()),
            config.hintPause(),
            clock);
    this.loadAll =
        new Pass(
            "load running attempts",
            () -> poller.loadAll().compose(loaded -> poller.markOverdue()).map(false));
    this.share = new Pass("share render times", () -> learning.share().map(false));
  }

  private static PollCadence cadence(PollConfig config) {
    return new PollCadence(
        config.first(),
        config.shortest(),
        config.longest(),
        config.longestAnnounced(),
        config.overdue(),
        config.overdueInterval(),
        config.worth());
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(TICK_MILLIS, id -> poller.runOnce());
    vertx.setPeriodic(0, config.reload().toMillis(), id -> loadAll.wake());
    vertx.setPeriodic(0, config.learn().toMillis(), id -> share.wake());
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
    share.stop();
    return Drain.until(vertx, () -> poller.isIdle() && !loadAll.isRunning() && !share.isRunning());
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
