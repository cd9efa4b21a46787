package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;

/** A task plan as one line of the journal. */
final class TaskPlanJson {
  private TaskPlanJson() {}

  static JsonObject encode(TaskPlan plan) {
    TaskRequest request = plan.request();
    return new JsonObject()
        .put("number", plan.number())
        .put("product", request.product().name())
        .put("model", request.model())
        .put("mode", request.mode())
        .put("seconds", request.seconds())
        .put("count", request.count())
        .put("aspect_ratio", request.aspectRatio())
        .put("watermark", request.watermark())
        .put("units", request.units().toPlainString())
        .put("external_id", request.externalId())
        .put("created_at", plan.createdAt())
        .put("visible_at", plan.visibleAt())
        .put("starts_at", plan.startsAt())
        .put("ends_at", plan.endsAt())
        .put("failure", plan.failure())
        .put("billed", plan.billed().toPlainString());
  }

  /** Throws a runtime exception for a line that is not whole. */
  static TaskPlan decode(String line) {
    JsonObject json = new JsonObject(line);
    TaskRequest request =
        new TaskRequest(
            Product.valueOf(json.getString("product")),
            json.getString("model"),
            json.getString("mode"),
            json.getInteger("seconds"),
            json.getInteger("count", 1),
            json.getString("aspect_ratio"),
            json.getBoolean("watermark"),
            new BigDecimal(json.getString("units")),
            json.getString("external_id"));
    return new TaskPlan(
        json.getLong("number"),
        request,
        json.getLong("created_at"),
        json.getLong("visible_at"),
        json.getLong("starts_at"),
        json.getLong("ends_at"),
        json.getString("failure"),
        new BigDecimal(json.getString("billed")));
  }
}
