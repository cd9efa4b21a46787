package dev.backlot.callback;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a callback says of its task: the flat legacy task, the same in an envelope, or the task of
 * the newer dialect (Kling reference, section 10). It decides nothing but whether to ask.
 */
final class CallbackBody {
  private static final Set<Object> AT_WORK = Set.of("submitted", "processing");

  private CallbackBody() {}

  /**
   * Whether asking may find that the task has ended. Whatever cannot be read, or is not one of the
   * statuses that the vendor names, may mean that: a question too many is cheap.
   */
  static boolean mayHaveEnded(Buffer body) {
    try {
      JsonObject told = new JsonObject(body);
      JsonObject task = told.getValue("data") instanceof JsonObject inner ? inner : told;
      return Stream.of(task.getValue("task_status"), task.getValue("status"))
          .noneMatch(status -> status != null && AT_WORK.contains(status));
    } catch (DecodeException unreadable) {
      return true;
    }
  }
}
