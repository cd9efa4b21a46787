package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what a schema found wrong into one sentence: which field, and what is allowed there. */
final class Violations {
  private static final Set<String> INTERIOR = Set.of("properties", "items", "$ref");
  private static final String UNKNOWN_MEMBERS = "additionalProperties";

  private Violations() {}

  /**
   * @param prefix comes before the field's pointer: empty for the body
   */
  static BacklotException explain(JsonObject schema, String prefix, OutputUnit found) {
    List<OutputUnit> errors = Objects.requireNonNullElse(found.getErrors(), List.of());
    return errors.stream()
        .map(error -> unknownMember(schema, prefix, error))
        .filter(Objects::nonNull)
        .findFirst()
        .or(
            () ->
                errors.stream()
                    .map(error -> leaf(schema, prefix, error))
                    .filter(Objects::nonNull)
                    .findFirst())
        .orElseGet(() -> violation(prefix, "does not match the API description"));
  }

  private static @Nullable BacklotException unknownMember(
      JsonObject schema, String prefix, OutputUnit error) {
    String keyword = error.getKeywordLocation();
    if (!UNKNOWN_MEMBERS.equals(lastSegment(keyword))) {
      return null;
    }
    JsonObject node = walk(schema, parent(keyword));
    String pointer = pointer(error);
    if (!Boolean.FALSE.equals(node.getValue(UNKNOWN_MEMBERS))
        || node.getJsonObject("properties", new JsonObject()).containsKey(lastSegment(pointer))) {
      return null;
    }
    return violation(
        prefix + pointer,
        "is not a member here; allowed: "
            + String.join(", ", node.getJsonObject("properties", new JsonObject()).fieldNames()));
  }

  private static @Nullable BacklotException leaf(
      JsonObject schema, String prefix, OutputUnit error) {
    String keyword = error.getKeywordLocation();
    String rule = lastSegment(keyword);
    if (INTERIOR.contains(rule) || UNKNOWN_MEMBERS.equals(rule)) {
      return null;
    }
    JsonObject node = walk(schema, parent(keyword));
    if ("required".equals(rule)) {
      String missing = quoted(String.valueOf(error.getError()));
      JsonObject wanted = node.getJsonObject("properties").getJsonObject(missing);
      return violation(prefix + pointer(error) + "/" + missing, "is missing: " + allowed(wanted));
    }
    return violation(prefix + pointer(error), allowed(node));
  }

  /** What the schema allows, in words. */
  static String allowed(JsonObject schema) {
    JsonArray values = schema.getJsonArray("enum");
    if (values != null) {
      return "must be one of "
          + values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
    return switch (schema.getString("type", "")) {
      case "integer" -> "must be an integer" + range(schema, "minimum", "maximum", "");
      case "number" -> "must be a number" + range(schema, "minimum", "maximum", "");
      case "string" -> "must be " + text(schema);
      case "array" -> "must be an array" + range(schema, "minItems", "maxItems", " elements");
      case "object" -> "must be an object" + members(schema);
      case "boolean" -> "must be true or false";
      default -> "has a wrong type";
    };
  }

  private static String members(JsonObject schema) {
    String count = range(schema, "minProperties", "maxProperties", "");
    return count.isEmpty() ? "" : " with" + count + " members";
  }

  private static String text(JsonObject schema) {
    String format = schema.getString("format");
    if (format != null) {
      return "a string in the form of a " + format;
    }
    String characters = schema.containsKey("pattern") ? " visible ASCII characters" : " characters";
    return "a string" + range(schema, "minLength", "maxLength", characters);
  }

  private static String range(JsonObject schema, String min, String max, String unit) {
    Object low = schema.getValue(min);
    Object high = schema.getValue(max);
    if (low == null && high == null) {
      return "";
    }
    String of = unit.isEmpty() ? "" : " of";
    if (low == null) {
      return of + " at most " + high + unit;
    }
    if (high == null) {
      return of + " at least " + low + unit;
    }
    return unit.isEmpty()
        ? " between " + low + " and " + high
        : of + " " + low + " to " + high + unit;
  }

  private static BacklotException violation(String field, String detail) {
    String name = field.isEmpty() ? "The body" : field;
    return BacklotException.ofField(ErrorCode.INVALID_REQUEST, field, name + " " + detail + ".");
  }

  private static JsonObject walk(JsonObject schema, String location) {
    Object node = schema;
    for (String step : location.substring(1).split("/")) {
      if (step.isEmpty()) {
        continue;
      }
      node =
          node instanceof JsonArray array
              ? array.getValue(Integer.parseInt(step))
              : ((JsonObject) node).getValue(step);
    }
    return (JsonObject) node;
  }

  /** The library writes {@code #/metadata/a%20b}; a JSON Pointer of a problem has no encoding. */
  private static String pointer(OutputUnit error) {
    return URLDecoder.decode(error.getInstanceLocation().substring(1), StandardCharsets.UTF_8);
  }

  private static String quoted(String sentence) {
    int open = sentence.indexOf('"');
    return sentence.substring(open + 1, sentence.lastIndexOf('"'));
  }

  private static String parent(String location) {
    return location.substring(0, location.lastIndexOf('/'));
  }

  private static String lastSegment(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
