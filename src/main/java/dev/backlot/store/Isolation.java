package dev.backlot.store;

import dev.backlot.domain.job.AttemptRef;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one item that the database refuses from holding up those stored with it. A refused group is
 * stored item by item; an item refused alone, in its plainest form; one that has none, or is
 * refused in that too, is left out and changes nothing, so that whoever reads open attempts from
 * the database finds it there again. Each culprit is an error in the log. At most two transactions
 * for each item beyond the first; a database that cannot be reached ends it at once.
 *
 * @param <T> a fact or an ending
 */
final class Isolation<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Isolation.class);

  private final Function<T, AttemptRef> ref;
  private final Function<T, Optional<T>> plainest;
  private final Function<List<T>, Future<List<T>>> once;

  /**
   * @param plainest the same without whatever of it may be refused and can be missed
   * @param once stores a group in one transaction, and answers with what was applied
   */
  Isolation(
      Function<T, AttemptRef> ref,
      Function<T, Optional<T>> plainest,
      Function<List<T>, Future<List<T>>> once) {
    this.ref = ref;
    this.plainest = plainest;
    this.once = once;
  }

  /**
   * @return those of the given items that were applied, in whatever form
   */
  Future<List<T>> store(List<T> items) {
    return unlessRefused(
        once.apply(items),
        failure -> items.size() == 1 ? plainly(items.get(0), failure) : apart(items));
  }

  private Future<List<T>> apart(List<T> items) {
    Future<List<T>> stored = Future.succeededFuture(List.of());
    for (T item : items) {
      stored =
          stored.compose(
              before -> store(List.of(item)).map(applied -> Batch.both(before, applied)));
    }
    return stored;
  }

  private Future<List<T>> plainly(T item, Throwable refusal) {
    Optional<T> plain = plainest.apply(item);
    if (plain.isEmpty()) {
      return leftOut(item, refusal);
    }
    log(item, refusal, "the database refused what the provider said; it is stored without that");
    return unlessRefused(
        once.apply(List.of(plain.get()))
            .map(applied -> applied.isEmpty() ? List.of() : List.of(item)),
        again -> leftOut(item, again));
  }

  private Future<List<T>> leftOut(T item, Throwable refusal) {
    log(item, refusal, "the database refused an outcome; the attempt stays open until asked again");
    return Future.succeededFuture(List.of());
  }

  private Future<List<T>> unlessRefused(
      Future<List<T>> stored, Function<Throwable, Future<List<T>>> otherwise) {
    return stored.recover(
        failure ->
            PgErrors.isRefusal(failure) ? otherwise.apply(failure) : Future.failedFuture(failure));
  }

  /** Not the failure itself: what a database says of a row may quote what stands in it. */
  private void log(T item, Throwable refusal, String message) {
    AttemptRef attempt = ref.apply(item);
    LOG.atError()
        .addKeyValue("jobId", attempt.job())
        .addKeyValue("attemptId", attempt.id())
        .addKeyValue("account", attempt.account())
        .addKeyValue("what", item.getClass().getSimpleName())
        .addKeyValue("refusal", PgErrors.reason(refusal))
        .log(message);
  }
}
