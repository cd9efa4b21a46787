package dev.backlot.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Does the same again and again, however long that takes. */
final class Loop {
  private Loop() {}

  /**
   * Not one future around the next: thousands of them overflow the stack when the last one ends,
   * and then nobody learns that it did.
   *
   * @param step answers whether that was the last time; its failure ends the loop, too
   */
  static Future<Void> untilOver(Supplier<Future<Boolean>> step) {
    Promise<Void> ended = Promise.promise();
    next(step, ended);
    return ended.future();
  }

  private static void next(Supplier<Future<Boolean>> step, Promise<Void> ended) {
    step.get()
        .onFailure(ended::fail)
        .onSuccess(
            over -> {
              if (over) {
                ended.complete();
              } else {
                next(step, ended);
              }
            });
  }
}
