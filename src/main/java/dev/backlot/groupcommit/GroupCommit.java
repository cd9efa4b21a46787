package dev.backlot.groupcommit;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Self-clocking batches over one function. Confined to one event loop: every method must be called
 * on it, and the function's futures must complete on it.
 *
 * @param <T> an item
 * @param <R> its result
 */
public final class GroupCommit<T, R> {
  private final Function<List<T>, Future<List<R>>> commit;
  private final int maxBatch;
  private final int maxInFlight;
  private final int maxWaiting;
  private final Patience patience;
  private final ArrayDeque<Entry<T, R>> waiting = new ArrayDeque<>();
  private int inFlight;

  private record Entry<T, R>(T item, Promise<R> result, long offeredAt) {}

  /**
   * @param most longest that an item waits until its batch is sent; then it fails with {@link
   *     TimeoutException}, at the end of the batch before or when another one is offered
   * @param ticker nanoseconds of a monotonic clock
   */
  public record Patience(Duration most, LongSupplier ticker) {
    /** For those who wait as long as it takes. */
    static final Patience ENDLESS = new Patience(Duration.ofNanos(Long.MAX_VALUE), () -> 0);

    boolean isOver(long since) {
      return ticker.getAsLong() - since >= most.toNanos();
    }
  }

  /**
   * @param commit stores a batch and answers one result per item, in order
   * @param maxBatch most items of one batch
   * @param maxInFlight most batches at once; one or two, more writers only fight over rows
   * @param maxWaiting most items that wait; beyond it {@link #offer} takes nothing
   */
  public GroupCommit(
      Function<List<T>, Future<List<R>>> commit, int maxBatch, int maxInFlight, int maxWaiting) {
    this(commit, maxBatch, maxInFlight, maxWaiting, Patience.ENDLESS);
  }

  /** The same, of items that do not wait for ever. */
  public GroupCommit(
      Function<List<T>, Future<List<R>>> commit,
      int maxBatch,
      int maxInFlight,
      int maxWaiting,
      Patience patience) {
    this.commit = commit;
    this.maxBatch = maxBatch;
    this.maxInFlight = maxInFlight;
    this.maxWaiting = maxWaiting;
    this.patience = patience;
  }

  /**
   * @return the item's result, or empty when too many are waiting: the caller must say so to its
   *     own caller
   */
  public Optional<Future<R>> offer(T item) {
    if (waiting.size() >= maxWaiting) {
      return Optional.empty();
    }
    Promise<R> result = Promise.promise();
    waiting.add(new Entry<>(item, result, patience.ticker().getAsLong()));
    commitNext();
    return Optional.of(result.future());
  }

  public int waiting() {
    return waiting.size();
  }

  /** Nothing waits and nothing is being stored. */
  public boolean isIdle() {
    return waiting.isEmpty() && inFlight == 0;
  }

  private void commitNext() {
    turnAwayWhoWaitedTooLong();
    if (inFlight >= maxInFlight || waiting.isEmpty()) {
      return;
    }
    List<Entry<T, R>> batch = new ArrayList<>(Math.min(maxBatch, waiting.size()));
    while (batch.size() < maxBatch && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    inFlight++;
    store(batch.stream().map(Entry::item).toList())
        .onComplete(
            stored -> {
              inFlight--;
              commitNext();
              settle(batch, stored);
            });
  }

  private void turnAwayWhoWaitedTooLong() {
    while (!waiting.isEmpty() && patience.isOver(waiting.element().offeredAt())) {
      waiting.remove().result().fail(new TimeoutException("waited for too long"));
    }
  }

  private Future<List<R>> store(List<T> items) {
    try {
      return commit.apply(items);
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  private static <T, R> void settle(
      List<Entry<T, R>> batch, io.vertx.core.AsyncResult<List<R>> stored) {
    if (stored.failed()) {
      batch.forEach(entry -> entry.result().fail(stored.cause()));
      return;
    }
    List<R> results = stored.result();
    if (results.size() != batch.size()) {
      IllegalStateException defect =
          new IllegalStateException(
              "a batch of " + batch.size() + " gave " + results.size() + " results");
      batch.forEach(entry -> entry.result().fail(defect));
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).result().complete(results.get(i));
    }
  }
}
