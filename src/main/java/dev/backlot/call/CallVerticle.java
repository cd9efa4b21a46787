package dev.backlot.call;

import dev.backlot.bus.Pass;
import dev.backlot.config.CallsConfig;
import dev.backlot.port.Calls;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;

/** Looks from time to time for calls that dead nodes have left open. */
public final class CallVerticle extends VerticleBase {
  private final Pass pass;
  private final Duration interval;

  public CallVerticle(Calls calls, CallsConfig config, InstantSource clock) {
    CallSweep sweep = new CallSweep(calls, clock);
    this.pass = new Pass("calls of dead nodes", sweep::look);
    this.interval = config.sweep();
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(0, interval.toMillis(), tick -> pass.wake());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    pass.stop();
    return Future.succeededFuture();
  }
}
