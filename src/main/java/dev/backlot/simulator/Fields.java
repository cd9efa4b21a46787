package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Members of a body or of an object in it. What has the wrong type or is out of range is refused
 * with 1201; a member that is null counts as absent, and one that nobody reads is ignored, as the
 * real service does.
 */
final class Fields {
  static final int EXTERNAL_ID_MAX = 256;

  private static final int ADDRESS_MAX = 2_048;

  private final JsonObject json;
  private final String at;

  Fields(JsonObject json) {
    this(json, "");
  }

  /**
   * @param at what goes before a member's name in a refusal
   */
  Fields(JsonObject json, String at) {
    this.json = json;
    this.at = at;
  }

  boolean has(String name) {
    return json.getValue(name) != null;
  }

  /** Null when it is absent. */
  @Nullable Object value(String name) {
    return json.getValue(name);
  }

  /** An empty text says nothing. */
  boolean isGiven(String name) {
    return has(name) && !"".equals(json.getValue(name));
  }

  /** As refusals call a member. */
  String at(String name) {
    return at + name;
  }

  /** The text whatever is wrong with it, or empty. */
  String lenient(String name) {
    return json.getValue(name) instanceof String text ? text : "";
  }

  /** A string, or a whole number as text. */
  String anyText(String name) {
    Object value = json.getValue(name);
    return value instanceof Integer || value instanceof Long
        ? String.valueOf(value)
        : text(name, 64);
  }

  String text(String name, int charactersMax) {
    Object value = json.getValue(name);
    if (value == null) {
      return "";
    }
    if (!(value instanceof String text)) {
      throw Refusal.value(at + name + " must be a string");
    }
    if (text.length() > charactersMax) {
      throw Refusal.value(at + name + " must not exceed " + charactersMax + " characters");
    }
    return text;
  }

  int whole(String name, int fallback) {
    Object value = json.getValue(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Integer number) {
      return number;
    }
    throw Refusal.value(at + name + " must be an integer");
  }

  /** Null when it is absent. */
  @Nullable Boolean flag(String name) {
    Object value = json.getValue(name);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    throw Refusal.value(at + name + " must be true or false");
  }

  void checkShare(String name) {
    Object value = json.getValue(name);
    if (value == null) {
      return;
    }
    if (!(value instanceof Number number)
        || !(number.doubleValue() >= 0 && number.doubleValue() <= 1)) {
      throw Refusal.value(at + name + " must be between 0 and 1");
    }
  }

  /** Throws a {@link Refusal} for what is no number. */
  boolean isNotZero(String name) {
    Object value = json.getValue(name);
    if (value != null && !(value instanceof Number)) {
      throw Refusal.value(at + name + " must be a number");
    }
    return value instanceof Number number && number.doubleValue() != 0;
  }

  JsonArray array(String name) {
    Object value = json.getValue(name);
    if (value == null) {
      return new JsonArray();
    }
    if (value instanceof JsonArray array) {
      return array;
    }
    throw Refusal.value(at + name + " must be an array");
  }

  Fields object(String name) {
    Object value = json.getValue(name);
    if (value == null) {
      return new Fields(new JsonObject(), at + name + ".");
    }
    if (value instanceof JsonObject object) {
      return new Fields(object, at + name + ".");
    }
    throw Refusal.value(at + name + " must be an object");
  }

  /** Whether there is an image: an address, or base64 without a data: prefix. */
  boolean image(String name, int bytesMax) {
    String image = text(name, bytesMax / 3 * 4 + 4);
    if (image.isEmpty() || isAddress(image)) {
      return !image.isEmpty();
    }
    // A look at its beginning is enough here.
    String beginning = image.substring(0, Math.min(image.length(), 256));
    if (!beginning.matches("[A-Za-z0-9+/]+={0,2}")) {
      throw Refusal.value("File is not in a valid base64 format");
    }
    return true;
  }

  static boolean isAddress(String text) {
    return text.startsWith("http://") || text.startsWith("https://");
  }

  boolean watermark() {
    return Boolean.TRUE.equals(object("watermark_info").flag("enabled"));
  }

  /** Where to call back; null without it. Nobody posts elsewhere than to http and https. */
  @Nullable CallbackAddress callback() {
    String url = text("callback_url", ADDRESS_MAX);
    if (url.isEmpty()) {
      return null;
    }
    if (!isAddress(url) || !isWellFormed(url)) {
      throw Refusal.value(at + "callback_url must be an http or https address");
    }
    return new CallbackAddress(url, "");
  }

  private static boolean isWellFormed(String url) {
    try {
      return new URI(url).getHost() != null;
    } catch (URISyntaxException broken) {
      return false;
    }
  }

  @Nullable String externalId() {
    String id = text("external_task_id", EXTERNAL_ID_MAX);
    return id.isEmpty() ? null : id;
  }
}
