package dev.backlot.facade;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * A task in the shapes that clients read (Kling reference, sections 3 and 13): ids, durations and
 * deductions are strings, times whole milliseconds, and what is not there yet is left out.
 */
final class TaskJson {
  /** Our tasks are numbered from here on. */
  private static final long FIRST_NUMBER = 900_000_000_000_000_000L;

  /** The files of a task, of which there are fewer than ten, have ids below the first task's. */
  private static final long FIRST_FILE = 800_000_000_000_000_000L;

  private static final int FILES = 10;

  private TaskJson() {}

  /** Where a file of a task can be fetched from without a key. */
  @FunctionalInterface
  interface Files {
    /**
     * @param watermark the copy with a watermark, rather than the clean one
     */
    String url(ClientTask task, Output file, boolean watermark);
  }

  /** What a create is answered with. */
  static JsonObject created(ClientTask task, Dialect dialect) {
    return dialect == Dialect.LEGACY
        ? legacyHead(task).mergeIn(legacyTimes(task))
        : modernHead(task);
  }

  static JsonObject legacy(ClientTask task, Files files) {
    JsonObject json =
        legacyHead(task).put("task_status_msg", Statuses.reason(task)).mergeIn(legacyTimes(task));
    if (isBilled(task)) {
      charge(json, task);
    }
    if (task.state() == JobState.SUCCEEDED) {
      json.put("watermark_info", new JsonObject().put("enabled", hasWatermark(task)));
      json.put("task_result", legacyResult(task, files));
    }
    return json;
  }

  static JsonObject modern(ClientTask task, Files files) {
    JsonObject json = modernHead(task).put("message", Statuses.reason(task));
    if (task.state() == JobState.SUCCEEDED) {
      JsonArray outputs = new JsonArray();
      task.outputs().forEach(file -> outputs.add(modernFile(task, file, files)));
      json.put("outputs", outputs);
    }
    if (isBilled(task)) {
      json.put("billing", new JsonArray().add(bill(task)));
    }
    return json;
  }

  private static JsonObject legacyHead(ClientTask task) {
    JsonObject info = new JsonObject();
    if (task.externalId() != null) {
      info.put("external_task_id", task.externalId());
    }
    return new JsonObject()
        .put("task_id", String.valueOf(task.number()))
        .put("task_status", Statuses.legacy(task.state()))
        .put("task_info", info);
  }

  private static JsonObject legacyTimes(ClientTask task) {
    return new JsonObject()
        .put("created_at", task.acceptedAt().toEpochMilli())
        .put("updated_at", task.updatedAt().toEpochMilli());
  }

  private static JsonObject modernHead(ClientTask task) {
    JsonObject json =
        new JsonObject()
            .put("id", String.valueOf(task.number()))
            .put("status", Statuses.modern(task.state()))
            .put("create_time", task.acceptedAt().toEpochMilli())
            .put("update_time", task.updatedAt().toEpochMilli());
    return task.externalId() == null ? json : json.put("external_id", task.externalId());
  }

  /** Each file below the name of its type, as {@code videos} and {@code images}. */
  private static JsonObject legacyResult(ClientTask task, Files files) {
    JsonObject result = new JsonObject();
    for (Output file : task.outputs()) {
      String list = file.type() + "s";
      if (!result.containsKey(list)) {
        result.put(list, new JsonArray());
      }
      JsonArray listed = result.getJsonArray(list);
      JsonObject json = new JsonObject();
      if (file.type().equals("image")) {
        json.put("index", listed.size());
      } else {
        json.put("id", fileId(task, file));
      }
      listed.add(withUrls(json, task, file, files));
    }
    return result;
  }

  private static JsonObject modernFile(ClientTask task, Output file, Files files) {
    JsonObject json = new JsonObject().put("type", file.type());
    if (!file.type().equals("image")) {
      json.put("id", fileId(task, file));
    }
    return withUrls(json, task, file, files);
  }

  private static JsonObject withUrls(JsonObject json, ClientTask task, Output file, Files files) {
    json.put("url", files.url(task, file, false));
    if (file.watermark()) {
      json.put("watermark_url", files.url(task, file, true));
    }
    return file.duration() == null ? json : json.put("duration", file.duration());
  }

  /** 18 digits that name the file for good, and its task. */
  static String fileId(ClientTask task, Output file) {
    return String.valueOf(FIRST_FILE + (task.number() - FIRST_NUMBER) * FILES + file.n());
  }

  private static boolean hasWatermark(ClientTask task) {
    return task.outputs().stream().anyMatch(Output::watermark);
  }

  private static boolean isBilled(ClientTask task) {
    Credits charged = task.charged();
    return charged != null
        && (task.state() == JobState.SUCCEEDED || charged.compareTo(Credits.ZERO) > 0);
  }

  private static String charged(ClientTask task) {
    Credits charged = task.charged();
    return charged == null ? "0" : charged.toString();
  }

  private static void charge(JsonObject json, ClientTask task) {
    switch (task.asset()) {
      case VIDEO_UNIT, IMAGE_UNIT -> json.put("final_unit_deduction", charged(task));
      case USD, CNY ->
          json.put(
              "final_balance_deduction",
              new JsonObject().put("quota", charged(task)).put("list_price", charged(task)));
    }
  }

  private static JsonObject bill(ClientTask task) {
    JsonObject bill = new JsonObject().put("amount", charged(task));
    return switch (task.asset()) {
      case VIDEO_UNIT -> bill.put("charge_type", "unit").put("package_type", "video");
      case IMAGE_UNIT -> bill.put("charge_type", "unit").put("package_type", "image");
      case USD, CNY ->
          bill.put("charge_type", "cash")
              .put("cash_type", "balance")
              .put("currency", task.asset().text().toUpperCase(Locale.ROOT))
              .put("list_price", charged(task));
    };
  }
}
