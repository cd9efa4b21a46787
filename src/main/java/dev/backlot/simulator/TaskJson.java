package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Charges;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;

/** The two shapes of a task (reference, sections 3 and 13). */
final class TaskJson {
  private final TaskResults results;
  private final Charges charges;

  TaskJson(Links links, Charges charges) {
    this.results = new TaskResults(links);
    this.charges = charges;
  }

  /** The reply to a create, in the dialect of its path. */
  static JsonObject created(Task task) {
    long at = task.plan().createdAt();
    if (!task.request().product().isLegacy()) {
      return new JsonObject()
          .put("id", task.id())
          .put("status", "submitted")
          .put("create_time", at)
          .put("update_time", at)
          .put("external_id", task.externalId());
    }
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
            .put("task_info", results.info(task, origin))
            .put("created_at", task.plan().createdAt())
            .put("updated_at", task.updatedAt(now))
            .put("watermark_info", new JsonObject().put("enabled", task.request().watermark()));
    if (task.hasEnded() && (task.hasSucceeded() || task.billed().signum() > 0)) {
      charge(json, task);
    }
    if (!task.hasEnded()) {
      return json;
    }
    return json.put(
        "task_result", task.hasSucceeded() ? results.legacy(task, origin) : new JsonObject());
  }

  /** The new dialect's shape, as {@code GET /tasks} answers for tasks of either dialect. */
  JsonObject modern(Task task, long now, String origin) {
    JsonObject json =
        new JsonObject()
            .put("id", task.id())
            .put("status", modernStatus(task, now))
            .put("message", task.hasEnded() ? task.plan().failure() : "")
            .put("create_time", task.plan().createdAt())
            .put("update_time", task.updatedAt(now))
            .put("external_id", task.externalId());
    if (task.hasSucceeded()) {
      json.put("outputs", results.modern(task, origin));
    }
    if (task.billed().signum() > 0) {
      json.put("billing", new JsonArray().add(bill(task)));
    }
    return json;
  }

  /** Adds what it has cost. */
  void charge(JsonObject json, Task task) {
    if (charges == Charges.UNIT) {
      json.put("final_unit_deduction", text(task.billed()));
      return;
    }
    String price = price(task);
    JsonObject deduction = new JsonObject().put("quota", price).put("list_price", price);
    json.put("final_balance_deduction", deduction);
  }

  private JsonObject bill(Task task) {
    if (charges == Charges.UNIT) {
      return new JsonObject()
          .put("charge_type", "unit")
          .put("amount", text(task.billed()))
          .put("package_type", task.request().product().pack().text());
    }
    return new JsonObject()
        .put("charge_type", "cash")
        .put("cash_type", "balance")
        .put("currency", Money.CURRENCY)
        .put("amount", price(task))
        .put("list_price", price(task));
  }

  private static String price(Task task) {
    return text(Money.listPrice(task.request().product().pack(), task.billed()));
  }

  static String modernStatus(Task task, long now) {
    String status = task.status(now);
    return status.equals("succeed") ? "succeeded" : status;
  }

  private static JsonObject info(Task task) {
    return new JsonObject().put("external_task_id", task.externalId());
  }

  static String text(BigDecimal units) {
    return units.signum() == 0 ? "0" : units.stripTrailingZeros().toPlainString();
  }
}
