package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Things that are deleted (reference, section 6.3): each call deletes from a library of its own,
 * and what is gone is no input any more.
 */
final class Deletion {
  /** Where bodies of creates name elements and voices. */
  private static final List<String> NAMES =
      List.of(
          "element_list.element_id",
          "contents.element.element_id",
          "element_voice_id",
          "voice_list.voice_id",
          "contents.voice.voice_id");

  private Deletion() {}

  /**
   * What the call is about, to be done when it is accepted. Throws a {@link Refusal}.
   *
   * @param everyElement whether the older call deletes from both libraries
   */
  static Map<String, String> check(
      CallKind kind, JsonObject json, Library library, boolean everyElement) {
    boolean voice = kind == CallKind.DELETE_VOICE;
    String id = new Fields(json).anyText(voice ? "voice_id" : "element_id");
    String thing = voice ? "voice" : "element";
    if (presets(kind).has(id)) {
      throw Refusal.value("only custom " + thing + "s can be deleted");
    }
    Task made = library.made(id);
    if (made == null || made.isDeleted() || !isIn(kind, made, everyElement)) {
      throw Refusal.value(thing + " not found by id: " + id);
    }
    return Map.of("deleted", id);
  }

  /** The id of what it deletes; empty when it deletes nothing. */
  static String of(Task call) {
    return call.request().extras().getOrDefault("deleted", "");
  }

  /** Throws a {@link Refusal} when a create names something that is deleted. */
  static void refuse(JsonObject body, Library library) {
    for (String path : NAMES) {
      for (Object id : Condition.find(body, path)) {
        Task made = library.made(String.valueOf(id));
        if (made != null && made.isDeleted()) {
          String thing = path.contains("voice") ? "voice" : "element";
          throw Refusal.value(thing + " not found by id: " + id);
        }
      }
    }
  }

  private static Presets.Shelf presets(CallKind kind) {
    return switch (kind) {
      case DELETE_ELEMENT -> Presets.Shelf.ELEMENTS;
      case DELETE_ADVANCED -> Presets.Shelf.ADVANCED;
      default -> Presets.Shelf.VOICES;
    };
  }

  private static boolean isIn(CallKind kind, Task made, boolean everyElement) {
    Makes makes = made.request().product().makes();
    return switch (kind) {
      case DELETE_ELEMENT ->
          everyElement
              ? Set.of(Makes.OLD_ELEMENT, Makes.ELEMENT).contains(makes)
              : makes == Makes.OLD_ELEMENT;
      case DELETE_ADVANCED -> makes == Makes.ELEMENT;
      default -> makes == Makes.VOICE;
    };
  }
}
