package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What everybody has: elements of both libraries, and voices (reference, section 6.3). */
final class Presets {
  static final String OWNER = "kling";

  /** Files of every preset, that need no key and do not end. */
  static final String IMAGE = "/media/preset.png";

  static final String SOUND = "/media/preset.mp3";

  private static final Map<?, ?> FILE = Product.section("presets");
  private static final Map<String, String> TAGS = tags();
  private static final Map<String, List<Preset>> PRESETS = presets();

  /**
   * @param description empty for a voice
   */
  record Preset(String id, String name, String description) {
    private static Preset of(Object said) {
      Map<?, ?> preset = (Map<?, ?>) said;
      return new Preset(
          String.valueOf(preset.get("id")),
          String.valueOf(preset.get("name")),
          preset.containsKey("description") ? String.valueOf(preset.get("description")) : "");
    }
  }

  /** Each in a list of its own, by what it is called in the products file. */
  enum Shelf {
    ELEMENTS("elements", "/v1/general/presets-elements"),
    ADVANCED("advanced-elements", "/v1/general/advanced-presets-elements"),
    VOICES("voices", "/v1/general/presets-voices");

    private final String called;
    private final String path;

    Shelf(String called, String path) {
      this.called = called;
      this.path = path;
    }

    String path() {
      return path;
    }

    boolean has(String id) {
      return presets().stream().anyMatch(preset -> preset.id().equals(id));
    }

    /**
     * A page as its list shows it.
     *
     * @param at when they all were made, milliseconds
     */
    JsonArray page(int number, int size, long at, String origin) {
      JsonArray page = new JsonArray();
      presets().stream()
          .skip((long) (number - 1) * size)
          .limit(size)
          .forEach(preset -> page.add(shown(preset, at, origin)));
      return page;
    }

    private List<Preset> presets() {
      return PRESETS.getOrDefault(called, List.of());
    }

    private JsonObject shown(Preset preset, long at, String origin) {
      return switch (this) {
        case ELEMENTS -> element(preset, origin);
        case ADVANCED -> task(preset, at, "elements", advanced(preset, origin));
        case VOICES -> task(preset, at, "voices", voice(preset, origin));
      };
    }
  }

  private Presets() {}

  private static Map<String, List<Preset>> presets() {
    Map<String, List<Preset>> presets = new HashMap<>();
    FILE.forEach(
        (called, said) -> {
          if (said instanceof List<?> list) {
            presets.put(String.valueOf(called), list.stream().map(Preset::of).toList());
          }
        });
    return presets;
  }

  private static Map<String, String> tags() {
    Map<String, String> tags = new LinkedHashMap<>();
    if (FILE.get("tags") instanceof Map<?, ?> said) {
      said.forEach((id, name) -> tags.put(String.valueOf(id), String.valueOf(name)));
    }
    return tags;
  }

  /**
   * @param ids with commas between them
   */
  static JsonArray tags(String ids) {
    JsonArray tags = new JsonArray();
    for (String id : ids.isEmpty() ? new String[0] : ids.split(",")) {
      String name = TAGS.getOrDefault(id, "");
      tags.add(new JsonObject().put("id", id).put("name", name).put("description", name));
    }
    return tags;
  }

  private static JsonObject element(Preset preset, String origin) {
    return named(preset)
        .put("element_frontal_image", origin + IMAGE)
        .put("element_refer_list", images(origin))
        .put("tag_list", new JsonArray())
        .put("owned_by", OWNER);
  }

  private static JsonObject advanced(Preset preset, String origin) {
    JsonObject images =
        new JsonObject().put("frontal_image", origin + IMAGE).put("refer_images", images(origin));
    return named(preset)
        .put("reference_type", "image_refer")
        .put("element_image_list", images)
        .put("tag_list", new JsonArray())
        .put("owned_by", OWNER)
        .put("status", "succeed");
  }

  private static JsonObject named(Preset preset) {
    return new JsonObject()
        .put("element_id", Long.valueOf(preset.id()))
        .put("element_name", preset.name())
        .put("element_description", preset.description());
  }

  private static JsonArray images(String origin) {
    return new JsonArray().add(new JsonObject().put("image_url", origin + IMAGE));
  }

  private static JsonObject voice(Preset preset, String origin) {
    return new JsonObject()
        .put("voice_id", preset.id())
        .put("voice_name", preset.name())
        .put("trial_url", origin + SOUND)
        .put("owned_by", OWNER);
  }

  private static JsonObject task(Preset preset, long at, String list, JsonObject made) {
    return new JsonObject()
        .put("task_id", preset.id())
        .put("task_status", "succeed")
        .put("task_status_msg", "")
        .put("task_result", new JsonObject().put(list, new JsonArray().add(made)))
        .put("created_at", at)
        .put("updated_at", at);
  }
}
