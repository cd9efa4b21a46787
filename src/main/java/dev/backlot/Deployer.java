package dev.backlot;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts parts one after the other from the main thread, and notes how each is stopped. Blocking;
 * never to be called on an event loop.
 */
final class Deployer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  /** What {@link #awaitClosed} takes at the most, as a part's own time of the stop. */
  static final Duration OWN_TIME = CLOSING.plusSeconds(1);

  private final Vertx vertx;
  private final Closers closers;

  Deployer(Vertx vertx, Closers closers) {
    this.vertx = vertx;
    this.closers = closers;
  }

  <T extends Deployable> T deploy(String name, T verticle) {
    return deploy(name, verticle, Duration.ZERO);
  }

  /** One that is stopped in {@link #OWN_TIME}, whatever hung before. */
  <T extends Deployable> T deployKept(String name, T verticle) {
    return deploy(name, verticle, OWN_TIME);
  }

  private <T extends Deployable> T deploy(String name, T verticle, Duration own) {
    String id = await(name, vertx.deployVerticle(verticle));
    closers.add(name, own, () -> await(name, vertx.undeploy(id)));
    return verticle;
  }

  /** Several that do the same: they are stopped at the same time, and so share one drain. */
  <T extends Deployable> List<T> deployAll(String name, List<T> verticles) {
    List<String> ids = new CopyOnWriteArrayList<>();
    closers.add(name, () -> await(name, Future.join(ids.stream().map(vertx::undeploy).toList())));
    verticles.forEach(verticle -> ids.add(await(name, vertx.deployVerticle(verticle))));
    return verticles;
  }

  static <T> T await(String what, Future<T> future) {
    return await(what, future, PATIENCE);
  }

  /**
   * For what all others are done with: a statement that still hangs in it would hang for longer.
   */
  static void awaitClosed(String what, Future<?> closed) {
    await("closing " + what, closed, CLOSING);
  }

  private static <T> T await(String what, Future<T> future, Duration patience) {
    try {
      return future.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException(what + " took longer than " + patience.toSeconds() + " s");
    }
  }
}
