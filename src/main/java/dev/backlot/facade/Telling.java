package dev.backlot.facade;

import dev.backlot.domain.catalog.Told;
import dev.backlot.domain.job.OutputId;
import dev.backlot.facade.Background.Source;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Adds to results what their task was asked for, where the documents show that as well. Pure. */
final class Telling {
  private Telling() {}

  /**
   * @param result of the older dialect; changed
   */
  static void legacy(JsonObject result, Background background, TaskJson.Files files) {
    for (Told told : background.tells()) {
      Object value = value(told, background);
      if (value == null) {
        continue;
      }
      Object shown = told.voice() ? voice(value, background.voice(), files) : value;
      if (told.list().isEmpty()) {
        result.put(told.member(), shown);
      } else {
        result
            .getJsonArray(told.list(), new JsonArray())
            .forEach(each -> ((JsonObject) each).put(told.member(), shown));
      }
    }
  }

  /**
   * @param outputs of the newer dialect; changed
   */
  static void modern(JsonArray outputs, Background background) {
    for (Told told : background.tells()) {
      Object value = value(told, background);
      if (told.newer() == null || value == null) {
        continue;
      }
      for (Object each : outputs) {
        JsonObject output = (JsonObject) each;
        if (told.list().equals(output.getString("type") + "s")) {
          output.put(told.newer(), value);
        }
      }
    }
  }

  private static @Nullable Object value(Told told, Background background) {
    Object said = background.said().get(told.from());
    return said == null ? told.otherwise() : said;
  }

  /**
   * @param named as the caller has named it
   * @param ours null for one that everybody has: then nothing more is known of it
   */
  private static JsonObject voice(Object named, @Nullable Source ours, TaskJson.Files files) {
    if (ours == null) {
      return new JsonObject().put("voice_id", String.valueOf(named));
    }
    String id =
        OutputId.of(ours.task().number(), ours.output().n())
            .map(OutputId::text)
            .orElseGet(() -> String.valueOf(named));
    return new JsonObject()
        .put("voice_id", id)
        .put("voice_name", ours.output().name())
        .put("trial_url", files.url(ours.task(), ours.output(), false))
        .put("owned_by", ours.task().tenant().toString());
  }
}
