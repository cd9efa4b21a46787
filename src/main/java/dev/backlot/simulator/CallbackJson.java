package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The bodies of callbacks (reference, section 10), and what a forger makes of them. */
final class CallbackJson {
  private static final String FORGED_FILE = "https://forged.example/output.mp4";

  private final TaskJson taskJson;

  CallbackJson(TaskJson taskJson) {
    this.taskJson = taskJson;
  }

  /** The task as its creator's dialect shows it: legacy without an envelope. */
  JsonObject body(Task task, long at, String origin) {
    if (!isLegacy(task)) {
      return taskJson.modern(task, at, origin);
    }
    JsonObject body = taskJson.legacy(task, at, origin);
    body.remove("watermark_info");
    return body;
  }

  /** Says that a success failed, and that anything else succeeded. */
  JsonObject otherStatus(Task task, long at, String origin) {
    JsonObject body = body(task, at, origin);
    boolean legacy = isLegacy(task);
    String status = legacy ? "task_status" : "status";
    if (task.hasSucceeded()) {
      return body.put(status, "failed");
    }
    JsonObject file = new JsonObject().put("url", FORGED_FILE).put("duration", "5.041");
    if (legacy) {
      JsonObject result = new JsonObject().put("videos", new JsonArray().add(file));
      return body.put(status, "succeed").put("task_result", result);
    }
    JsonArray outputs = new JsonArray().add(file.put("type", "video"));
    return body.put(status, "succeeded").put("outputs", outputs);
  }

  /** Speaks of a task that the address was not given for. */
  JsonObject otherTask(Task task, long at, String origin, Task other) {
    JsonObject body = body(task, at, origin);
    if (!isLegacy(task)) {
      return body.put("id", other.id()).put("external_id", other.externalId());
    }
    JsonObject info = new JsonObject().put("external_task_id", other.externalId());
    return body.put("task_id", other.id()).put("task_info", info);
  }

  private static boolean isLegacy(Task task) {
    return task.request().product().isLegacy();
  }
}
