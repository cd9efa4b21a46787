package dev.backlot.poll;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.Endings.Running;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Together;
import io.vertx.core.Future;
import java.util.List;

/**
 * One request to the provider, or a few that read a list.
 *
 * @param watches of one account; one, when it is asked for singly
 */
record Question(String account, Together together, List<Watch> watches) {
  /** Answers for the watches, in their order. */
  Future<List<TaskLookup>> put(VideoProvider provider) {
    List<ByTaskId> tasks = watches.stream().map(watch -> task(watch.running())).toList();
    return together == Together.SINGLY
        ? provider.query(tasks.get(0)).map(List::of)
        : provider.queryAll(tasks);
  }

  /** A group of the legacy dialect may leave out what its own product shows. */
  boolean mayHide(Watch watch) {
    return together != Together.SINGLY && watch.running().dialect().equals(Dialect.LEGACY.text());
  }

  private static ByTaskId task(Running running) {
    return new ByTaskId(
        running.ref().account(), running.dialect(), running.ref().path(), running.taskId());
  }
}
