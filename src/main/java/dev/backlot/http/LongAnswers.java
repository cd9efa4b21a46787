package dev.backlot.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What the provider has answered to a call may be megabytes, which take longer to read and to write
 * than an event loop may stand still. At most as many are at work as there are calls at once.
 */
public final class LongAnswers {
  /** Takes a few milliseconds. */
  private static final int SHORT = 64 << 10;

  private LongAnswers() {}

  /**
   * Done at once for a short answer, and by a worker for a long one. Call it on an event loop; the
   * future completes there.
   *
   * @param answer JSON; null for none
   * @param work fails the future with what it throws
   */
  public static <T> Future<T> work(Vertx vertx, @Nullable String answer, Callable<T> work) {
    if (answer != null && answer.length() > SHORT) {
      return vertx.executeBlocking(work, false);
    }
    try {
      return Future.succeededFuture(work.call());
    } catch (Exception failure) {
      return Future.failedFuture(failure);
    }
  }

  /**
   * The same for an answer in our books or just made. What is remembered of presets is as long as
   * they are, some dozens of them.
   */
  public static <T> Future<T> work(Vertx vertx, CallAnswer answer, Callable<T> work) {
    return work(vertx, answer instanceof CallAnswer.Made made ? made.data() : null, work);
  }
}
