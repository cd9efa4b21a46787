package dev.backlot.poll;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.Endings.Running;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.ByTaskId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The questions of one pass. Only the newer dialect has one that takes several tasks, of one
 * account and whatever product. Used on one event loop, and once.
 */
final class Questions {
  private final List<Question> all = new ArrayList<>();
  private final Map<String, Question> growing = new HashMap<>();

  /**
   * @param watches of one account; one, unless all are of the newer dialect
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

  /** Adds to a question that has been begun; false when there is none with room. */
  boolean join(Watch watch) {
    Question open = growing.get(watch.running().ref().account());
    if (!isGrouped(watch) || open == null || open.watches().size() >= VideoProvider.GROUP_MAX) {
      return false;
    }
    open.watches().add(watch);
    return true;
  }

  void begin(Watch watch) {
    String account = watch.running().ref().account();
    Question question = new Question(account, isGrouped(watch), new ArrayList<>(List.of(watch)));
    all.add(question);
    if (question.grouped()) {
      growing.put(account, question);
    }
  }

  List<Question> all() {
    return all;
  }

  private static boolean isGrouped(Watch watch) {
    return watch.running().dialect().equals(Dialect.PATH_PER_MODEL.text());
  }
}
