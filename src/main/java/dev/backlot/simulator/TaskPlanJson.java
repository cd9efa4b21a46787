package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task plan as one line of the journal. */
final class TaskPlanJson {
  private TaskPlanJson() {}

  static JsonObject encode(TaskPlan plan) {
    TaskRequest request = plan.request();
    JsonObject json =
        new JsonObject()
            .put("number", plan.number())
            .put("product", request.product().label())
            .put("model", request.model())
            .put("mode", request.mode())
            .put("seconds", request.seconds())
            .put("count", request.count())
            .put("aspect_ratio", request.aspectRatio())
            .put("watermark", request.watermark())
            .put("units", request.units().toPlainString())
            .put("use", request.use().name())
            .put("external_id", request.externalId())
            .put("created_at", plan.createdAt())
            .put("visible_at", plan.visibleAt())
            .put("starts_at", plan.startsAt())
            .put("ends_at", plan.endsAt())
            .put("failure", plan.failure())
            .put("billed", plan.billed().toPlainString());
    if (!request.extras().isEmpty()) {
      json.put("extras", new JsonObject(new LinkedHashMap<>(request.extras())));
    }
    CallbackAddress callback = request.callback();
    if (callback != null) {
      json.put("callback_url", callback.url()).put("callback_origin", callback.origin());
    }
    OddStatus odd = plan.oddStatus();
    if (odd != null) {
      json.put("odd_status", odd.word()).put("odd_until", odd.until());
    }
    return json;
  }

  /** Throws a runtime exception for a line that is not whole. */
  static TaskPlan decode(String line) {
    JsonObject json = new JsonObject(line);
    TaskRequest request =
        new TaskRequest(
            product(json.getString("product")),
            json.getString("model"),
            json.getString("mode"),
            json.getInteger("seconds"),
            json.getInteger("count", 1),
            json.getString("aspect_ratio"),
            json.getBoolean("watermark"),
            new BigDecimal(json.getString("units")),
            ClipPrices.Use.valueOf(json.getString("use", ClipPrices.Use.SILENT.name())),
            json.getString("external_id"),
            callback(json),
            extras(json));
    return new TaskPlan(
        json.getLong("number"),
        request,
        json.getLong("created_at"),
        json.getLong("visible_at"),
        json.getLong("starts_at"),
        json.getLong("ends_at"),
        json.getString("failure"),
        oddStatus(json),
        new BigDecimal(json.getString("billed")));
  }

  /** Older journals have names in upper case. */
  private static Product product(String name) {
    if (name.equals("LEGACY_OMNI")) {
      return Product.LEGACY_OMNI;
    }
    return Product.named(name.toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private static Map<String, String> extras(JsonObject json) {
    Map<String, String> extras = new HashMap<>();
    json.getJsonObject("extras", new JsonObject())
        .forEach(extra -> extras.put(extra.getKey(), String.valueOf(extra.getValue())));
    return extras;
  }

  private static @Nullable CallbackAddress callback(JsonObject json) {
    String url = json.getString("callback_url");
    return url == null ? null : new CallbackAddress(url, json.getString("callback_origin"));
  }

  private static @Nullable OddStatus oddStatus(JsonObject json) {
    String word = json.getString("odd_status");
    return word == null ? null : new OddStatus(word, json.getLong("odd_until"));
  }
}
