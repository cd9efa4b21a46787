package dev.backlot.intake;

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

  private CanonicalJson() {}

  /**
   * @param value parsed JSON: maps, lists, strings, exact numbers, booleans, null
   */
  static String text(@Nullable Object value) {
    StringBuilder out = new StringBuilder(256);
    write(out, value);
    return out.toString();
  }

  static void write(StringBuilder out, @Nullable Object value) {
    if (value instanceof String text) {
      string(out, text);
    } else if (value instanceof Map<?, ?> object) {
      object(out, object);
    } else if (value instanceof List<?> array) {
      array(out, array);
    } else if (value instanceof BigDecimal number) {
      out.append(number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
    } else {
      out.append(value);
    }
  }

  private static void object(StringBuilder out, Map<?, ?> object) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    object.forEach((name, member) -> sorted.put(String.valueOf(name), member));
    char before = '{';
    for (Map.Entry<String, @Nullable Object> member : sorted.entrySet()) {
      out.append(before);
      string(out, member.getKey());
      out.append(':');
      write(out, member.getValue());
      before = ',';
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private static void array(StringBuilder out, List<?> array) {
    out.append('[');
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      write(out, array.get(i));
    }
    out.append(']');
  }

  private static void string(StringBuilder out, String text) {
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
