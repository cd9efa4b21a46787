package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;

/** The two shapes of a task (reference, sections 3 and 13). */
final class TaskJson {
  private final Links links;

  TaskJson(Links links) {
    this.links = links;
  }

  /** The reply to a create. */
  static JsonObject created(Task task) {
    long at = task.plan().createdAt();
    return new JsonObject()
        .put("task_id", task.id())
        .put("task_status", "submitted")
        .put("task_info", info(task))
        .put("created_at", at)
        .put("updated_at", at);
  }

  /**
   * @param origin scheme, host and port that the client reached us by
   */
  JsonObject legacy(Task task, long now, String origin) {
    JsonObject json =
        new JsonObject()
            .put("task_id", task.id())
            .put("task_status", task.status(now))
            .put("task_status_msg", task.hasEnded() ? task.plan().failure() : "")
            .put("task_info", info(task))
            .put("created_at", task.plan().createdAt())
            .put("updated_at", task.updatedAt(now))
            .put("watermark_info", new JsonObject().put("enabled", task.request().watermark()));
    if (task.hasEnded() && (task.hasSucceeded() || task.billed().signum() > 0)) {
      json.put("final_unit_deduction", text(task.billed()));
    }
    JsonObject result = new JsonObject();
    if (task.hasSucceeded()) {
      result.put("videos", new JsonArray().add(video(task, origin)));
    }
    return task.hasEnded() ? json.put("task_result", result) : json;
  }

  /** The new dialect's shape, as {@code GET /tasks} answers for tasks of either dialect. */
  JsonObject modern(Task task, long now, String origin) {
    String status = task.status(now);
    JsonObject json =
        new JsonObject()
            .put("id", task.id())
            .put("status", status.equals("succeed") ? "succeeded" : status)
            .put("message", task.hasEnded() ? task.plan().failure() : "")
            .put("create_time", task.plan().createdAt())
            .put("update_time", task.updatedAt(now))
            .put("external_id", task.externalId());
    if (task.hasSucceeded()) {
      json.put("outputs", new JsonArray().add(video(task, origin).put("type", "video")));
    }
    if (task.billed().signum() > 0) {
      JsonObject bill =
          new JsonObject()
              .put("charge_type", "unit")
              .put("amount", text(task.billed()))
              .put("package_type", VideoRequest.PACK);
      json.put("billing", new JsonArray().add(bill));
    }
    return json;
  }

  private JsonObject video(Task task, String origin) {
    JsonObject video =
        new JsonObject()
            .put("id", links.mediaId(task))
            .put("url", origin + links.path(task))
            .put("duration", task.request().seconds() + ".041");
    if (task.request().watermark()) {
      video.put("watermark_url", origin + links.path(task) + "&watermark=1");
    }
    return video;
  }

  private static JsonObject info(Task task) {
    return new JsonObject().put("external_task_id", task.externalId());
  }

  static String text(BigDecimal units) {
    return units.signum() == 0 ? "0" : units.stripTrailingZeros().toPlainString();
  }
}
