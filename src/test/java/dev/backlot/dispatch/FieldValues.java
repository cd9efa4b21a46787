package dev.backlot.dispatch;

import dev.backlot.domain.catalog.Pictures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Values for the field types of the capabilities file: mostly right, at times at or just beyond a
 * bound. Reads that file by itself, so that a field is tried as it is written there.
 */
final class FieldValues {
  private static final String PICTURE = Pictures.png(320, 320);

  /** Members that most requests have, so that enough of them make sense together. */
  private static final Map<String, Double> LIKELY =
      Map.ofEntries(
          Map.entry("prompt", 0.97),
          Map.entry("contents", 0.98),
          Map.entry("image", 0.7),
          Map.entry("settings", 0.8),
          Map.entry("first_frame", 0.75),
          Map.entry("duration", 0.6),
          Map.entry("resolution", 0.6),
          Map.entry("mode", 0.6),
          Map.entry("audio", 0.4),
          Map.entry("aspect_ratio", 0.6),
          Map.entry("video", 0.95),
          Map.entry("input", 0.98),
          Map.entry("image_list", 0.7),
          Map.entry("image_url", 0.97),
          Map.entry("video_url", 0.5),
          Map.entry("video_id", 0.5),
          Map.entry("character_orientation", 0.97),
          Map.entry("session_id", 0.97),
          Map.entry("face_choose", 0.97),
          Map.entry("audio_id", 0.5),
          Map.entry("sound_file", 0.5),
          Map.entry("text", 0.8),
          Map.entry("voice_id", 0.8),
          Map.entry("audio_type", 0.7),
          Map.entry("audio_file", 0.7),
          Map.entry("audio_url", 0.7),
          Map.entry("effect_scene", 0.98),
          Map.entry("images", 0.2),
          Map.entry("edit_mode", 0.97),
          Map.entry("subject_image_list", 0.97),
          Map.entry("human_image", 0.97),
          Map.entry("cloth_image", 0.97),
          Map.entry("element_frontal_image", 0.97),
          Map.entry("element_name", 0.97),
          Map.entry("element_description", 0.97),
          Map.entry("reference_type", 0.97),
          Map.entry("element_image_list", 0.8),
          Map.entry("element_video_list", 0.8),
          Map.entry("voice_name", 0.97),
          Map.entry("voice_url", 0.5));

  private static final double UNLIKELY = 0.12;

  private final Random random;
  private final Map<String, String> made;
  private int ids;

  /**
   * @param made ids of what the provider's tasks have made, by what it is
   */
  FieldValues(Random random, Map<String, String> made) {
    this.random = random;
    this.made = made;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /**
   * @param members types by name
   * @param required those that must be there; a few times one is left out
   */
  JsonObject object(Map<String, Object> members, List<String> required) {
    JsonObject object = new JsonObject();
    members.forEach(
        (name, type) -> {
          double probability = required.contains(name) ? 0.99 : likely(name);
          if (chance(probability)) {
            object.put(name, value(map(type), name));
          }
        });
    return object;
  }

  private Object value(Map<String, Object> type, String name) {
    return switch (text(type, "type")) {
      case "text" ->
          name.equals("id") ? id() : words(number(type, "min", 0), number(type, "max", 0));
      case "image" -> image();
      case "sound" -> chance(0.3) ? "c291bmQ=" : address("clips.example.com/a.mp3");
      case "video" -> address("clips.example.com/a.mp4");
      case "one-of" -> choice(oneOf(list(type, "values")));
      case "number" -> between(type).setScale(2, RoundingMode.HALF_UP);
      case "whole" ->
          !list(type, "or").isEmpty() && chance(0.3)
              ? oneOf(list(type, "or"))
              : between(type).setScale(0, RoundingMode.HALF_UP).intValue();
      case "id" -> id(type);
      case "flag" -> chance(0.5);
      case "list" -> elements(type);
      case "object" -> object(map(type.get("members")), texts(type, "required"));
      default -> throw new IllegalStateException("no values for " + type);
    };
  }

  private Object id(Map<String, Object> type) {
    String known = made.get(text(type, "of"));
    if (known != null && !text(type, "others").equals("true")) {
      return known;
    }
    boolean text = text(type, "text").equals("true") || chance(0.5);
    return text ? (Object) "829836802793406551" : 82_983_680L;
  }

  /** A number may be written as a text and the reverse. */
  Object choice(Object value) {
    String text = String.valueOf(value);
    return chance(0.3) && text.matches("\\d+") ? (Object) Integer.parseInt(text) : text;
  }

  private JsonArray elements(Map<String, Object> list) {
    Map<String, Object> of = map(list.get("of"));
    int min = number(list, "min", 0);
    int max = number(list, "max", 1);
    if (text(of, "type").equals("tagged")) {
      return tagged(of);
    }
    int count = chance(0.03) ? max + 1 : Math.min(max, min + random.nextInt(3));
    JsonArray elements = new JsonArray();
    for (int index = 0; index < count; index++) {
      elements.add(value(of, ""));
    }
    return elements;
  }

  private JsonArray tagged(Map<String, Object> of) {
    List<Object> elements = new ArrayList<>();
    map(of.get("cases"))
        .forEach(
            (tag, members) -> {
              boolean there = chance(likely(tag));
              for (; there; there = chance(0.1)) {
                Map<String, Object> type = map(members);
                JsonObject element = object(map(type.get("members")), texts(type, "required"));
                elements.add(element.put(text(of, "by"), tag));
              }
            });
    Collections.shuffle(elements, random);
    return new JsonArray(elements);
  }

  private String words(int min, int max) {
    if (chance(0.05)) {
      return oneOf(List.of(" ", "   ", "\t", "\n \r\n", "\u2003", "\u00a0"));
    }
    String some = chance(0.1) ? "<<<image_1>>> " : chance(0.1) ? "@image_1 " : "a boat drifts ";
    int length = length(min, max);
    return some.repeat(1 + length / some.length()).substring(0, length);
  }

  private int length(int min, int max) {
    int near = random.nextInt(50);
    return switch (near) {
      case 0 -> 0;
      case 1 -> max + 1;
      case 2, 3 -> max;
      default -> Math.min(max, min + 1 + random.nextInt(12));
    };
  }

  private Object image() {
    if (chance(0.03)) {
      return "not base64!";
    }
    return chance(0.2) ? PICTURE : address("img.example.com/" + random.nextInt(100) + ".png");
  }

  /** A scheme may be in upper case, and so may a host. */
  private String address(String rest) {
    return switch (random.nextInt(12)) {
      case 0 -> "HTTPS://" + rest.toUpperCase(Locale.ROOT);
      case 1 -> "Http://" + rest;
      case 2 -> "http://" + rest;
      default -> "https://" + rest;
    };
  }

  /** Names in a request must differ. */
  private String id() {
    return "name" + (chance(0.03) ? ids : ++ids);
  }

  private BigDecimal between(Map<String, Object> type) {
    BigDecimal min = new BigDecimal(text(type, "min"));
    BigDecimal max = new BigDecimal(text(type, "max"));
    if (chance(0.03)) {
      return max.add(BigDecimal.ONE);
    }
    return min.add(max.subtract(min).multiply(BigDecimal.valueOf(random.nextDouble())));
  }

  private static double likely(String name) {
    return LIKELY.getOrDefault(name, UNLIKELY);
  }

  @SuppressWarnings("unchecked") // The reader of the file makes maps of texts.
  static Map<String, Object> map(@Nullable Object node) {
    return node == null ? Map.of() : (Map<String, Object>) node;
  }

  @SuppressWarnings("unchecked") // Likewise lists.
  static List<Object> list(Map<String, Object> node, String name) {
    return (List<Object>) node.getOrDefault(name, List.of());
  }

  static List<String> texts(Map<String, Object> node, String name) {
    return list(node, name).stream().map(String::valueOf).toList();
  }

  static String text(Map<String, Object> node, String name) {
    return String.valueOf(node.getOrDefault(name, ""));
  }

  private static int number(Map<String, Object> node, String name, int fallback) {
    String text = text(node, name);
    return text.isEmpty() ? fallback : Integer.parseInt(text);
  }
}
