package dev.backlot.poll;

import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.Endings.Running;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.ByTaskId;
import io.vertx.core.Future;
import java.util.List;

/**
 * One request to the provider.
 *
 * @param watches of one account; one, unless it is grouped
 */
record Question(String account, boolean grouped, List<Watch> watches) {
  /** Answers for the watches, in their order. */
  Future<List<TaskLookup>> put(VideoProvider provider) {
    List<ByTaskId> tasks = watches.stream().map(watch -> task(watch.running())).toList();
    return grouped ? provider.queryAll(tasks) : provider.query(tasks.get(0)).map(List::of);
  }

  private static ByTaskId task(Running running) {
    return new ByTaskId(
        running.ref().account(), running.dialect(), running.ref().path(), running.taskId());
  }
}
