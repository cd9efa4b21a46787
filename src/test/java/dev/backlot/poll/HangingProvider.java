package dev.backlot.poll;

import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Answers no query until it is told to; used on one event loop. */
final class HangingProvider implements VideoProvider {
  /** One for each query: the first task that it names. */
  final List<ByTaskId> asked = new ArrayList<>();

  /** How many tasks each of them names. */
  final List<Integer> sizes = new ArrayList<>();

  private final List<Runnable> answers = new ArrayList<>();
  private final VideoProvider behind;

  HangingProvider(VideoProvider behind) {
    this.behind = behind;
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    asked.add(task);
    sizes.add(1);
    Promise<TaskLookup> answer = Promise.promise();
    answers.add(() -> behind.query(task).onComplete(answer));
    return answer.future();
  }

  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    asked.add(tasks.get(0));
    sizes.add(tasks.size());
    Promise<List<TaskLookup>> answer = Promise.promise();
    answers.add(() -> behind.queryAll(tasks).onComplete(answer));
    return answer.future();
  }

  /** Answers the query that was asked last. */
  void answerLast() {
    answers.remove(answers.size() - 1).run();
  }

  /** Answers the query that was asked first. */
  void answerFirst() {
    answers.remove(0).run();
  }

  @Override
  public Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<TaskLookup> lookUp(ByExternalId attempt) {
    throw new UnsupportedOperationException();
  }
}
