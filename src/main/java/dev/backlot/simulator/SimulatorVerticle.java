package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorFault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Kling simulator: the pretend API and, on a second port, its control. One instance is one
 * account on one event loop. The public methods may be called from any thread; each runs on that
 * loop and completes once the verticle is deployed.
 */
public final class SimulatorVerticle extends VerticleBase {
  /** Also the longest life of a connection that a fault leaves hanging. */
  private static final int IDLE_MINUTES = 10;

  private final SimulatorConfig config;
  private final SimulatorClock clock;
  private @Nullable Simulation simulation;
  private int port;
  private int controlPort;

  /**
   * @param time what the simulator's clock follows
   */
  public SimulatorVerticle(SimulatorConfig config, InstantSource time) {
    this.config = config;
    this.clock = new SimulatorClock(time);
  }

  @Override
  public Future<?> start() {
    return Journal.open(vertx, config.journal(), config.limits().tasks()).compose(this::listen);
  }

  private Future<?> listen(Journal.Opened opened) {
    Simulation started = new Simulation(vertx, config, clock, opened);
    simulation = started;
    return listen(started.api(), config.port(), "simulator.port")
        .onSuccess(server -> port = server.actualPort())
        .compose(api -> listen(started.control(), config.controlPort(), "simulator.control-port"))
        .onSuccess(server -> controlPort = server.actualPort());
  }

  @Override
  public Future<?> stop() {
    return simulation == null ? Future.succeededFuture() : simulation.close();
  }

  /** The API's port, once deployed. */
  public int port() {
    return port;
  }

  /** The control endpoint's port, once deployed. */
  public int controlPort() {
    return controlPort;
  }

  public Future<Books> books() {
    return onLoop(() -> simulation().studio().books());
  }

  /** Every task that is still kept, oldest first. */
  public Future<List<BookedTask>> tasks() {
    return onLoop(() -> simulation().studio().booked(0, Integer.MAX_VALUE));
  }

  /** Puts rules in force, after those that already are. */
  public Future<Void> addFaults(List<SimulatorFault> rules) {
    return onLoop(
        () -> {
          simulation().addFaults(rules);
          return null;
        });
  }

  public Future<Void> clearFaults() {
    return onLoop(
        () -> {
          simulation().clearFaults();
          return null;
        });
  }

  /** Moves the simulator's clock; what becomes due by it happens. */
  public Future<Void> advance(Duration by) {
    return onLoop(
        () -> {
          clock.advance(by);
          simulation().studio().catchUp();
          return null;
        });
  }

  /** Changes how many clips of a model may be in flight; those that are stay. */
  public Future<Void> limitSlots(String model, int slots) {
    return onLoop(
        () -> {
          simulation().studio().slots().limit(SlotClass.of(model, PackType.VIDEO), slots);
          return null;
        });
  }

  private Future<HttpServer> listen(Router router, int wanted, String key) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_MINUTES)
            .setIdleTimeoutUnit(TimeUnit.MINUTES)
            .setHost(config.host())
            .setPort(wanted);
    return vertx
        .createHttpServer(options)
        .requestHandler(router)
        .listen()
        .recover(
            failure ->
                Future.failedFuture(
                    new IllegalStateException(key + ": cannot listen on " + wanted, failure)));
  }

  private Simulation simulation() {
    if (simulation == null) {
      throw new IllegalStateException("the simulator is not deployed");
    }
    return simulation;
  }

  private <T extends @Nullable Object> Future<T> onLoop(Callable<T> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        ignored -> {
          try {
            promise.complete(action.call());
          } catch (Exception failure) {
            promise.fail(failure);
          }
        });
    return promise.future();
  }
}
