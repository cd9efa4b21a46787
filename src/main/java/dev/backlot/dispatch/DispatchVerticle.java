package dev.backlot.dispatch;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Drain;
import dev.backlot.bus.Pass;
import dev.backlot.config.DispatchConfig;
import dev.backlot.port.Dispatches;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Dispatches jobs: owns the timers, the hints and the drain; {@link Dispatcher} and {@link
 * Resolver} do the work.
 */
public final class DispatchVerticle extends VerticleBase {
  /** Jobs that become due in one pass; the rest in the next, at once. */
  private static final int MAX_RIPE = 1_000;

  /** The same of those that expire. */
  private static final int MAX_EXPIRED = 200;

  private final Dispatch dispatch;
  private final RefillingEndings endings;
  private final Bus bus;
  private final Dispatches store;
  private final DispatchConfig config;
  private final InstantSource clock;
  private final Pass claim;
  private final Pass reload;
  private final Pass probe;
  private final Pass ripen;
  private final Pass expire;
  private final Pass nowhere;

  /**
   * @param endings claim with this dispatcher from the start to the stop
   */
  public DispatchVerticle(
      Dispatch dispatch,
      RefillingEndings endings,
      Bus bus,
      Dispatches store,
      DispatchConfig config,
      InstantSource clock) {
    this.dispatch = dispatch;
    this.endings = endings;
    this.bus = bus;
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.claim = new Pass("claim", dispatch.dispatcher()::runOnce);
    this.reload = new Pass("load unknown outcomes", () -> dispatch.reload().map(false));
    this.probe = new Pass("probe slot ceilings", this::probeCeilings);
    this.ripen = new Pass("make jobs due", this::ripen);
    this.expire = new Pass("expire jobs", this::expire);
    this.nowhere =
        new Pass("find jobs without slots", () -> dispatch.dispatcher().findNowhere().map(false));
  }

  @Override
  public Future<?> start() {
    endings.open(dispatch.dispatcher(), context);
    vertx.setPeriodic(config.interval().toMillis(), id -> claim.wake());
    vertx.setPeriodic(config.interval().toMillis(), id -> ripen.wake());
    vertx.setPeriodic(config.interval().toMillis(), id -> expire.wake());
    vertx.setPeriodic(config.interval().toMillis(), id -> dispatch.resolver().runOnce());
    vertx.setPeriodic(0, config.probeInterval().toMillis(), id -> probe.wake());
    vertx.setPeriodic(config.recheck().toMillis(), id -> nowhere.wake());
    vertx.setPeriodic(0, config.unknownHorizon().toMillis(), id -> reload.wake());
    return Future.all(
        bus.subscribe(Addresses.JOBS_QUEUED, hint -> claim.wake()),
        bus.subscribe(Addresses.SLOTS_FREED, hint -> claim.wake()),
        bus.subscribe(Addresses.JOBS_TAKEN_OVER, hint -> reload.wake()),
        bus.subscribe(Addresses.LEASE_LOST, hint -> dispatch.resolver().forget()));
  }

  /**
   * The first thing of a stop, long before this verticle's own: what this node would claim while
   * its other parts drain, others can have at once. Endings free their slots, and what is claimed
   * is sent. Called from any thread.
   *
   * @return completes when no claim begins any more
   */
  public Future<Void> endClaims() {
    endings.close();
    Promise<Void> ended = Promise.promise();
    context.runOnContext(
        here -> {
          claim.stop();
          dispatch.dispatcher().endClaims();
          ended.complete();
        });
    return ended.future();
  }

  /** Claims and repeats nothing more, and waits until every send under way is recorded. */
  @Override
  public Future<?> stop() {
    endings.close();
    claim.stop();
    reload.stop();
    probe.stop();
    ripen.stop();
    expire.stop();
    nowhere.stop();
    dispatch.resolver().stop();
    dispatch.dispatcher().stop();
    return Drain.until(vertx, () -> dispatch.isIdle() && !claim.isRunning());
  }

  private Future<Boolean> ripen() {
    return store
        .ripen(MAX_RIPE, clock.instant())
        .map(
            ripe -> {
              if (ripe > 0) {
                claim.wake();
              }
              return ripe == MAX_RIPE;
            });
  }

  private Future<Boolean> expire() {
    return store
        .expire(MAX_EXPIRED, clock.instant())
        .map(
            expired -> {
              if (expired > 0) {
                bus.publish(Addresses.LOG_ADVANCED, new Addresses.LogAdvanced(0));
              }
              return expired == MAX_EXPIRED;
            });
  }

  private Future<Boolean> probeCeilings() {
    Instant now = clock.instant();
    return store
        .probeCeilings(now.minus(config.probeInterval()), now)
        .map(
            grown -> {
              if (grown > 0) {
                claim.wake();
              }
              return false;
            });
  }
}
