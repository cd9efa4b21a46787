package dev.backlot.dispatch;

import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.QueuedJob;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;

/** The input of a job with the provider's ids in place of ours, for the account that knows them. */
final class PinnedInput {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private PinnedInput() {}

  /** A new tree: it may be changed. */
  static Map<String, Object> of(QueuedJob job) {
    JsonObject input = new JsonObject(job.input());
    Pinned pinned = job.pinned();
    if (pinned != null) {
      pinned.ids().forEach((pointer, id) -> put(input, pointer.substring(1).split("/"), id));
    }
    return input.getMap();
  }

  private static void put(JsonObject input, String[] path, String id) {
    Object at = input;
    for (int step = 0; step < path.length - 1; step++) {
      at =
          at instanceof JsonArray list
              ? list.getValue(Integer.parseInt(path[step]))
              : ((JsonObject) at).getValue(path[step]);
    }
    JsonObject holder = (JsonObject) at;
    String name = path[path.length - 1];
    boolean number = holder.getValue(name) instanceof Number && NUMBER.matcher(id).matches();
    holder.put(name, number ? (Object) Long.valueOf(id) : id);
  }
}
