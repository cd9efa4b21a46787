package dev.backlot.store;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A batch of facts or endings, decided on locked rows.
 *
 * @param late what came too late or must not be: it changes nothing
 * @param <T> a fact or an ending
 */
record Batch<T>(List<T> applied, List<Change> changes, List<T> late) {

  static <T> Batch<T> decide(
      List<T> items,
      Function<T, AttemptRef> ref,
      Map<AttemptId, OpenAttempt> open,
      BiFunction<OpenAttempt, T, Optional<Change>> rules) {
    Batch<T> batch = new Batch<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (T item : items) {
      Optional.ofNullable(open.get(ref.apply(item).id()))
          .flatMap(attempt -> rules.apply(attempt, item))
          .ifPresentOrElse(change -> batch.apply(item, change), () -> batch.late.add(item));
    }
    return batch;
  }

  private void apply(T item, Change change) {
    applied.add(item);
    changes.add(change);
  }

  /**
   * Stores the items in batches that name each job once: what a second item about a job means
   * depends on what the first has done.
   */
  static <T> Future<List<T>> store(
      List<T> items, Function<T, AttemptRef> ref, Function<List<T>, Future<List<T>>> once) {
    if (items.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Set<JobId> jobs = new HashSet<>();
    List<T> first = new ArrayList<>();
    List<T> rest = new ArrayList<>();
    for (T item : items) {
      (jobs.add(ref.apply(item).job()) ? first : rest).add(item);
    }
    if (rest.isEmpty()) {
      return once.apply(first);
    }
    return once.apply(first)
        .compose(applied -> store(rest, ref, once).map(more -> both(applied, more)));
  }

  static <T> List<T> both(List<T> applied, List<T> more) {
    List<T> both = new ArrayList<>(applied);
    both.addAll(more);
    return both;
  }
}
