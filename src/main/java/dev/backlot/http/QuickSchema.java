package dev.backlot.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A schema compiled to a yes or no, for the few keywords that our requests use. The library's
 * validator takes 14 us for a small job, more than all the rest of its intake; this takes less than
 * one. It is asked only when this says no, for the reason, and has the last word then.
 */
final class QuickSchema {
  private static final Set<String> SAYS_NOTHING =
      Set.of("description", "title", "default", "example", "examples");

  private QuickSchema() {}

  /** Empty when the schema uses a keyword that is not known here. */
  static Optional<Predicate<@Nullable Object>> compile(JsonObject schema) {
    try {
      return Optional.of(all(schema));
    } catch (UnknownKeyword unknown) {
      return Optional.empty();
    }
  }

  private static Predicate<@Nullable Object> all(JsonObject schema) {
    List<Predicate<@Nullable Object>> rules = new ArrayList<>();
    for (String keyword : schema.fieldNames()) {
      if (!SAYS_NOTHING.contains(keyword) && !keyword.startsWith("__")) {
        rules.add(rule(keyword, schema));
      }
    }
    return value -> {
      for (Predicate<@Nullable Object> rule : rules) {
        if (!rule.test(value)) {
          return false;
        }
      }
      return true;
    };
  }

  private static Predicate<@Nullable Object> rule(String keyword, JsonObject schema) {
    Object is = schema.getValue(keyword);
    return switch (keyword) {
      case "type" -> type(is);
      case "enum" -> oneOf((JsonArray) is);
      case "minimum" -> v -> !(v instanceof Number n) || decimal(n).compareTo(number(is)) >= 0;
      case "maximum" -> v -> !(v instanceof Number n) || decimal(n).compareTo(number(is)) <= 0;
      case "minLength" -> v -> !(v instanceof String s) || length(s) >= ((Number) is).intValue();
      case "maxLength" -> v -> !(v instanceof String s) || length(s) <= ((Number) is).intValue();
      case "pattern" -> pattern(Pattern.compile((String) is));
      case "format" -> format((String) is);
      case "minItems" -> v -> elements(list(v), Integer.MAX_VALUE) >= ((Number) is).intValue();
      case "maxItems" -> v -> elements(list(v), 0) <= ((Number) is).intValue();
      case "uniqueItems" -> value -> !Boolean.TRUE.equals(is) || areDifferent(list(value));
      case "items" -> items(all((JsonObject) is));
      case "maxProperties" -> v -> members(map(v)) <= ((Number) is).intValue();
      case "required" -> required(((JsonArray) is).stream().map(String::valueOf).toList());
      case "properties" -> members(schema);
      case "additionalProperties" ->
          schema.containsKey("properties") ? value -> true : members(schema);
      default -> throw new UnknownKeyword();
    };
  }

  private static Predicate<@Nullable Object> type(Object type) {
    if (!(type instanceof String name)) {
      throw new UnknownKeyword();
    }
    return switch (name) {
      case "string" -> value -> value instanceof String;
      case "integer" ->
          value -> value instanceof Integer || value instanceof Long || value instanceof BigInteger;
      case "number" -> value -> value instanceof Number;
      case "boolean" -> value -> value instanceof Boolean;
      case "object" -> value -> map(value) != null;
      case "array" -> value -> list(value) != null;
      default -> throw new UnknownKeyword();
    };
  }

  private static Predicate<@Nullable Object> oneOf(JsonArray values) {
    if (!values.stream().allMatch(String.class::isInstance)) {
      throw new UnknownKeyword();
    }
    Set<Object> allowed = values.stream().collect(Collectors.toUnmodifiableSet());
    return value -> value instanceof String && allowed.contains(value);
  }

  private static Predicate<@Nullable Object> pattern(Pattern pattern) {
    return value -> !(value instanceof String text) || pattern.matcher(text).find();
  }

  /** Says no to more than the standard does: whoever has the last word then gives the reason. */
  private static Predicate<@Nullable Object> format(String format) {
    if (!format.equals("date-time")) {
      throw new UnknownKeyword();
    }
    return value -> !(value instanceof String text) || isTime(text);
  }

  /** Java knows years of more than four digits, which are no times (RFC 3339, section 5.6). */
  private static boolean isTime(String text) {
    if (text.startsWith("+") || text.startsWith("-")) {
      return false;
    }
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeException notATime) {
      return false;
    }
  }

  private static Predicate<@Nullable Object> items(Predicate<@Nullable Object> each) {
    return value -> {
      List<?> list = list(value);
      return list == null || list.stream().allMatch(each);
    };
  }

  /** Says no to all but strings, whose equality is plain: whoever has the last word then looks. */
  private static boolean areDifferent(@Nullable List<?> list) {
    return list == null
        || (list.stream().allMatch(String.class::isInstance)
            && Set.copyOf(list).size() == list.size());
  }

  private static Predicate<@Nullable Object> required(List<String> names) {
    return value -> {
      Map<?, ?> map = map(value);
      return map == null || names.stream().allMatch(map::containsKey);
    };
  }

  private static Predicate<@Nullable Object> members(JsonObject schema) {
    Map<String, Predicate<@Nullable Object>> known = new HashMap<>();
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    properties.fieldNames().forEach(name -> known.put(name, all(properties.getJsonObject(name))));
    Predicate<@Nullable Object> others = others(schema.getValue("additionalProperties", true));
    return value -> {
      Map<?, ?> map = map(value);
      if (map == null) {
        return true;
      }
      for (Map.Entry<?, ?> member : map.entrySet()) {
        Predicate<@Nullable Object> own = known.get(member.getKey());
        if (!(own == null ? others : own).test(member.getValue())) {
          return false;
        }
      }
      return true;
    };
  }

  private static Predicate<@Nullable Object> others(Object schema) {
    if (schema instanceof Boolean allowed) {
      return value -> allowed;
    }
    return all((JsonObject) schema);
  }

  private static @Nullable Map<?, ?> map(@Nullable Object value) {
    return value instanceof JsonObject object
        ? object.getMap()
        : value instanceof Map<?, ?> map ? map : null;
  }

  private static @Nullable List<?> list(@Nullable Object value) {
    return value instanceof JsonArray array
        ? array.getList()
        : value instanceof List<?> list ? list : null;
  }

  private static int elements(@Nullable List<?> list, int otherwise) {
    return list == null ? otherwise : list.size();
  }

  private static int members(@Nullable Map<?, ?> map) {
    return map == null ? 0 : map.size();
  }

  private static BigDecimal number(Object value) {
    return decimal((Number) value);
  }

  private static BigDecimal decimal(Number value) {
    return value instanceof Integer || value instanceof Long
        ? BigDecimal.valueOf(value.longValue())
        : new BigDecimal(value.toString());
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Ends a compilation; never leaves this class. */
  private static final class UnknownKeyword extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
