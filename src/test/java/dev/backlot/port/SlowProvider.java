package dev.backlot.port;

import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers every query and look-up a while after it was asked; a stop must wait for the answer. */
public final class SlowProvider implements VideoProvider {
  private static final long MILLIS = 500;

  private final Vertx vertx;
  private final VideoProvider behind;
  private final Promise<Void> asked = Promise.promise();

  public SlowProvider(Vertx vertx, VideoProvider behind) {
    this.vertx = vertx;
    this.behind = behind;
  }

  /** Completes with the first question. */
  public Future<Void> asked() {
    return asked.future();
  }

  @Override
  public Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    return behind.create(create, permit, late);
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    return slowly(() -> behind.query(task));
  }

  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    return slowly(() -> behind.queryAll(tasks));
  }

  @Override
  public Future<TaskLookup> lookUp(ByExternalId attempt) {
    return slowly(() -> behind.lookUp(attempt));
  }

  private <T> Future<T> slowly(Supplier<Future<T>> answer) {
    Future<Void> later = vertx.timer(MILLIS);
    asked.tryComplete();
    return later.compose(waited -> answer.get());
  }
}
