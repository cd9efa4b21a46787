package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.domain.job.TaskLookup;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads an answer that tells of several tasks (Kling reference, section 3.1). */
final class TaskGroup {
  private static final TaskLookup NOT_THERE = new TaskLookup.NotThere();
  private static final TaskLookup UNREADABLE =
      KlingClient.unclear("the answer has a task without an id");

  private TaskGroup() {}

  /** A list without a task that was accepted concludes nothing of it. */
  static TaskLookup answer(Reply reply, String id) {
    TaskLookup only = answers(reply, List.of(id)).get(0);
    return only instanceof TaskLookup.NotThere
        ? KlingClient.unclear("the answer does not name the task")
        : only;
  }

  /**
   * An answer for each id, in their order. An element that cannot be read spoils no other; since
   * nobody knows whose it is, no task counts as missing beside it.
   */
  static List<TaskLookup> answers(Reply reply, List<String> ids) {
    if (!(reply instanceof Reply.Success success)) {
      return Collections.nCopies(ids.size(), KlingClient.lookup(reply));
    }
    if (!success.data().isArray()) {
      return Collections.nCopies(ids.size(), KlingClient.unclear("the answer is not a list"));
    }
    Map<String, TaskLookup> found = new HashMap<>();
    TaskLookup missing = NOT_THERE;
    for (JsonNode task : success.data()) {
      String id = KlingPayloads.taskId(task).orElse("");
      if (id.isEmpty()) {
        missing = UNREADABLE;
      } else {
        found.putIfAbsent(id, KlingClient.lookup(new Reply.Success(task)));
      }
    }
    TaskLookup otherwise = missing;
    return ids.stream().map(id -> found.getOrDefault(id, otherwise)).toList();
  }
}
