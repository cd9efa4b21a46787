package dev.backlot.poll;

import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Has tasks asked for by their list, which may leave some out; used on one event loop. */
final class ListingProvider implements VideoProvider {
  /** How many tasks each question named. */
  final List<Integer> sizes = new ArrayList<>();

  /** Task ids that the list does not show. */
  final Set<String> hidden = new HashSet<>();

  private final VideoProvider behind;

  ListingProvider(VideoProvider behind) {
    this.behind = behind;
  }

  @Override
  public Together together(String account, String dialect) {
    return Together.BY_LIST;
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    sizes.add(1);
    return behind.query(task);
  }

  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    sizes.add(tasks.size());
    return behind
        .queryAll(tasks)
        .map(
            answers ->
                IntStream.range(0, answers.size())
                    .mapToObj(
                        i ->
                            hidden.contains(tasks.get(i).taskId())
                                ? new TaskLookup.NotThere()
                                : answers.get(i))
                    .toList());
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
