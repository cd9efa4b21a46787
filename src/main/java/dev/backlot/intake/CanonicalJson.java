package dev.backlot.intake;

import dev.backlot.domain.input.Part;
import dev.backlot.domain.input.Parts;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one text of a JSON value: members in the order of their UTF-16 names, no white space, the
 * shortest escapes (RFC 8785), and numbers as their shortest exact decimal. Other than RFC 8785,
 * which would round them to doubles.
 */
final class CanonicalJson {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out = new StringBuilder(256);
  private final Parts.Collector parts = new Parts.Collector();

  private CanonicalJson() {}

  /**
   * @param value parsed JSON: maps, lists, strings, exact numbers, booleans, null
   */
  static String text(@Nullable Object value) {
    return textAndParts(value).text();
  }

  /**
   * @param parts what the text has objects for, in their order
   */
  record Text(String text, Parts parts) {}

  /**
   * @param value parsed JSON, in which long strings may be parts
   */
  static Text textAndParts(@Nullable Object value) {
    CanonicalJson json = new CanonicalJson();
    json.write(value);
    return new Text(json.out.toString(), json.parts.parts());
  }

  private void write(@Nullable Object value) {
    if (value instanceof String text) {
      string(text);
    } else if (value instanceof Map<?, ?> object) {
      object(object);
    } else if (value instanceof List<?> array) {
      array(array);
    } else if (value instanceof BigDecimal number) {
      out.append(number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
    } else if (value instanceof Part part) {
      out.append(parts.takeOut(part));
    } else {
      out.append(value);
    }
  }

  private void object(Map<?, ?> object) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    object.forEach((name, member) -> sorted.put(String.valueOf(name), member));
    char before = '{';
    for (Map.Entry<String, @Nullable Object> member : sorted.entrySet()) {
      out.append(before);
      string(member.getKey());
      out.append(':');
      write(member.getValue());
      before = ',';
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private void array(List<?> array) {
    out.append('[');
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      write(array.get(i));
    }
    out.append(']');
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
