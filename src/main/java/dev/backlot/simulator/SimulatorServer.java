package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** A simulator that stands alone, with a Vert.x of its own. Callable from any thread. */
public final class SimulatorServer {
  private final Vertx vertx;
  private final SimulatorVerticle verticle;

  private SimulatorServer(Vertx vertx, SimulatorVerticle verticle) {
    this.vertx = vertx;
    this.verticle = verticle;
  }

  /** Completes when both ports listen; fails, naming the configuration key, when one is taken. */
  public static Future<SimulatorServer> start(SimulatorConfig config, InstantSource time) {
    Vertx vertx = Vertx.vertx();
    SimulatorVerticle verticle = new SimulatorVerticle(config, time);
    // Without a context of its own: the loops of a closed Vert.x complete nothing any more.
    Promise<SimulatorServer> started = Promise.promise();
    vertx
        .deployVerticle(verticle)
        .onSuccess(deployed -> started.complete(new SimulatorServer(vertx, verticle)))
        .onFailure(failure -> vertx.close().onComplete(closed -> started.fail(failure)));
    return started.future();
  }

  /** Books, faults, clock and ports. */
  public SimulatorVerticle verticle() {
    return verticle;
  }

  public Future<Void> close() {
    return vertx.close();
  }
}
