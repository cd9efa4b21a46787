package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The {@code contents} of a create in the newer dialect (reference, section 6.1). */
final class Contents {
  private static final int IMAGE_MAX = 50 << 20;
  private static final int ADDRESS_MAX = 2_048;
  private static final int ID_MAX = 64;

  /** Of all types together; the reference names no such bound. */
  static final int ALL_MAX = 64;

  private final PathOffer offer;
  private final Map<Content, Integer> counts = new EnumMap<>(Content.class);
  private final Set<String> ids = new HashSet<>();
  private String prompt = "";

  private Contents(PathOffer offer) {
    this.offer = offer;
  }

  /** Throws a {@link Refusal}. */
  static Contents read(PathOffer offer, JsonArray elements) {
    if (elements.isEmpty() || elements.size() > ALL_MAX) {
      throw Refusal.value("contents must hold 1 to " + ALL_MAX + " elements");
    }
    Contents contents = new Contents(offer);
    for (Object element : elements) {
      if (!(element instanceof JsonObject object)) {
        throw Refusal.value("contents must hold objects");
      }
      contents.add(new Fields(object, "contents."));
    }
    return contents;
  }

  /** The prompt, whatever else is wrong. */
  static String prompt(JsonObject body) {
    if (!(body.getValue("contents") instanceof JsonArray elements)) {
      return "";
    }
    for (Object element : elements) {
      if (element instanceof JsonObject object && "prompt".equals(object.getValue("type"))) {
        return new Fields(object).lenient("text");
      }
    }
    return "";
  }

  Map<Content, Integer> counts() {
    return counts;
  }

  String prompt() {
    return prompt;
  }

  private void add(Fields element) {
    String type = element.text("type", ID_MAX);
    Content content =
        Content.of(type)
            .filter(offer.contents()::containsKey)
            .orElseThrow(() -> Refusal.value(pair(type) + " is not supported"));
    int most = offer.contents().getOrDefault(content, 0);
    if (counts.merge(content, 1, Integer::sum) > most) {
      throw Refusal.value(pair(type) + " cannot exceed " + most);
    }
    checkMembers(content, element);
    checkId(element);
  }

  private void checkMembers(Content content, Fields element) {
    switch (content.source()) {
      case TEXT -> prompt = element.text("text", offer.model().promptMax());
      case IMAGE -> require(element.image("url", IMAGE_MAX), "url");
      case VIDEO -> require(Fields.isAddress(element.text("url", ADDRESS_MAX)), "url");
      case ELEMENT -> requireTexts(element, "element_id");
      case VOICE -> requireTexts(element, "voice_id");
    }
  }

  private static void requireTexts(Fields element, String name) {
    require(!element.text(name, ID_MAX).isEmpty(), name);
    require(!element.text("id", ID_MAX).isEmpty(), "id");
  }

  /** Names must differ: the prompt says which one it means by them. */
  private void checkId(Fields element) {
    String id = element.text("id", ID_MAX);
    if (!id.isEmpty() && !ids.add(id)) {
      throw Refusal.value("contents.id(" + id + ") is not unique");
    }
  }

  private static void require(boolean there, String name) {
    if (!there) {
      throw Refusal.value("contents." + name + " is missing or invalid");
    }
  }

  private String pair(String type) {
    return "model/contents(" + offer.model().name() + "/" + type + ")";
  }
}
