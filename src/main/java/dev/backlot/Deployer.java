package dev.backlot;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts parts one after the other from the main thread, and notes how each is stopped. Blocking;
 * never to be called on an event loop.
 */
final class Deployer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final Closers closers;

  Deployer(Vertx vertx, Closers closers) {
    this.vertx = vertx;
    this.closers = closers;
  }

  <T extends Deployable> T deploy(String name, T verticle) {
    String id = await(name, vertx.deployVerticle(verticle));
    closers.add(name, () -> await(name, vertx.undeploy(id)));
    return verticle;
  }

  static <T> T await(String what, Future<T> future) {
    try {
      return future.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException(what + " took longer than " + PATIENCE.toSeconds() + " s");
    }
  }
}
