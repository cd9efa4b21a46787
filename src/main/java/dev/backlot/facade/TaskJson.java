package dev.backlot.facade;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A task in the shapes that clients read (Kling reference, sections 3 and 13): ids, durations and
 * deductions are strings, times whole milliseconds, and what is not there yet is left out.
 */
final class TaskJson {
  private TaskJson() {}

  /** Where a file of a task can be fetched from without a key. */
  @FunctionalInterface
  interface Files {
    /**
     * @param watermark the copy with a watermark, rather than the clean one
     */
    String url(ClientTask task, Output file, boolean watermark);
  }

  /** What a create is answered with, however far its task is when that is written. */
  static JsonObject created(ClientTask task, Dialect dialect) {
    return dialect == Dialect.LEGACY
        ? legacyHead(task)
            .put("task_status", Statuses.legacy(JobState.QUEUED))
            .mergeIn(legacyTimes(task))
        : modernHead(task).put("status", Statuses.modern(JobState.QUEUED));
  }

  static JsonObject legacy(ClientTask task, Background background, Files files) {
    JsonObject json =
        legacyHead(task)
            .put("task_status_msg", Statuses.reason(task))
            .put("watermark_info", new JsonObject().put("enabled", hasWatermark(task)))
            .mergeIn(legacyTimes(task));
    if (background.clip() != null) {
      json.getJsonObject("task_info").put("parent_video", clip(background.clip(), files));
    }
    if (isBilled(task)) {
      charge(json, task);
    }
    if (task.state() == JobState.SUCCEEDED) {
      JsonObject result = legacyResult(task, files);
      Telling.legacy(result, background, files);
      json.put("task_result", result);
    }
    return json;
  }

  static JsonObject modern(ClientTask task, Background background, Files files) {
    JsonObject json = modernHead(task).put("message", Statuses.reason(task));
    if (task.state() == JobState.SUCCEEDED) {
      JsonArray outputs = modernOutputs(task, files);
      Telling.modern(outputs, background);
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

  private static JsonObject clip(Background.Source source, Files files) {
    JsonObject clip = new JsonObject();
    fileId(source.task(), source.output()).ifPresent(id -> clip.put("id", id));
    withUrl(clip, source.task(), source.output(), files, "url", "duration");
    clip.remove("watermark_url");
    return clip;
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

  private static JsonObject legacyResult(ClientTask task, Files files) {
    JsonObject result = new JsonObject();
    for (Output output : task.outputs()) {
      String[] place = output.place().split("/", -1);
      JsonObject element = element(result, place[0], Integer.parseInt(place[1]));
      head(task, output, element);
      if (output.isFile()) {
        String url = place[2];
        withUrl(element, task, output, files, url, url.replace("url", "duration"));
      }
    }
    return result;
  }

  /** Several files may be one element, each under a member of its own. */
  private static JsonObject element(JsonObject result, String list, int index) {
    if (!result.containsKey(list)) {
      result.put(list, new JsonArray());
    }
    JsonArray listed = result.getJsonArray(list);
    while (listed.size() <= index) {
      listed.add(
          list.endsWith("images")
              ? new JsonObject().put("index", listed.size())
              : new JsonObject());
    }
    return listed.getJsonObject(index);
  }

  /** What an element says beside its files; of several files the first gives it its id. */
  private static void head(ClientTask task, Output output, JsonObject element) {
    switch (output.type()) {
      case "video", "audio" -> fileId(task, output).ifPresent(id -> putIfAbsent(element, "id", id));
      case "voice" ->
          element
              .put("voice_id", fileId(task, output).orElse(null))
              .put("voice_name", output.name())
              .put("owned_by", task.tenant().toString());
      case "element" ->
          element
              .put("element_id", fileId(task, output).map(Long::valueOf).orElse(null))
              .put("element_name", output.name())
              .put("owned_by", task.tenant().toString())
              .put("status", "succeed");
      default -> {}
    }
  }

  private static void putIfAbsent(JsonObject json, String member, String value) {
    if (!json.containsKey(member)) {
      json.put(member, value);
    }
  }

  /** As in the newer dialect, where the formats of one sound are one output. */
  private static JsonArray modernOutputs(ClientTask task, Files files) {
    JsonArray outputs = new JsonArray();
    Map<String, JsonObject> byElement = new HashMap<>();
    for (Output output : task.outputs()) {
      String place = output.place();
      int member = place.lastIndexOf('/') + 1;
      boolean audio = output.type().equals("audio");
      String element = audio ? place.substring(0, member) : place;
      JsonObject json = byElement.get(element);
      if (json == null) {
        json = new JsonObject().put("type", output.type());
        byElement.put(element, json);
        outputs.add(json);
      }
      modernHead(task, output, json);
      if (output.isFile()) {
        String format = audio ? place.substring(member).replace("url", "") : "";
        String prefix = format.isEmpty() ? "" : format.substring(1) + "_";
        withUrl(json, task, output, files, prefix + "url", prefix + "duration");
      }
    }
    return outputs;
  }

  private static void modernHead(ClientTask task, Output output, JsonObject json) {
    switch (output.type()) {
      case "image" -> group(output).ifPresent(group -> json.put("group_id", group));
      case "voice", "element" -> {
        fileId(task, output).ifPresent(id -> json.put("id", id));
        json.put("name", output.name())
            .put("owned_by", task.tenant().toString())
            .put("status", "succeed");
      }
      default -> fileId(task, output).ifPresent(id -> putIfAbsent(json, "id", id));
    }
  }

  /** Of images that belong together: those of a series, and the views of one thing. */
  private static Optional<String> group(Output image) {
    String[] place = image.place().split("/", -1);
    if (place[0].equals("series_images")) {
      return Optional.of("0");
    }
    return place[2].equals("url") ? Optional.empty() : Optional.of(place[1]);
  }

  private static void withUrl(
      JsonObject json, ClientTask task, Output file, Files files, String url, String duration) {
    json.put(url, files.url(task, file, false));
    if (file.watermark()) {
      json.put("watermark_url", files.url(task, file, true));
    }
    if (file.duration() != null) {
      json.put(duration, file.duration());
    }
  }

  /** Empty beyond the tenth result: it is shown, and cannot be named. */
  private static Optional<String> fileId(ClientTask task, Output output) {
    return OutputId.of(task.number(), output.n()).map(OutputId::text);
  }

  private static boolean hasWatermark(ClientTask task) {
    return task.watermark() || task.outputs().stream().anyMatch(Output::watermark);
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
