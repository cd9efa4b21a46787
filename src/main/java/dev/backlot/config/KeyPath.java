package dev.backlot.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A key such as {@code provider.accounts[0].base-url}, and the raw tree it points into. */
final class KeyPath {
  private static final Pattern SEGMENT = Pattern.compile("([a-z0-9][a-z0-9-]*)(?:\\[(\\d{1,3})])?");

  private final String text;
  private final List<String> names = new ArrayList<>();

  private KeyPath(String text) {
    this.text = text;
  }

  static KeyPath parse(String text) {
    KeyPath path = new KeyPath(text);
    for (String segment : text.split("\\.", -1)) {
      Matcher matcher = SEGMENT.matcher(segment);
      if (!matcher.matches()) {
        throw new ConfigException(text, "is not a key such as http.port");
      }
      path.names.add(matcher.group(1));
      if (matcher.group(2) != null) {
        path.names.add("[" + matcher.group(2));
      }
    }
    return path;
  }

  /** The environment variable that sets a key: dots, dashes and brackets become underscores. */
  static String variable(String key) {
    return "BACKLOT_" + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
  }

  /** The keys of all values of a tree; a list of plain values is one value. */
  static Set<String> keysOf(Map<?, ?> tree) {
    Set<String> keys = new TreeSet<>();
    collect("", tree, keys);
    return keys;
  }

  /**
   * The tree with this key set. {@code [a, b]} is a list, everything else a text. Missing sections
   * are added; a list grows by one element at most.
   */
  @SuppressWarnings("unchecked") // A map stays a map: put changes only what lies below it.
  Map<String, Object> set(Map<String, Object> tree, String value) {
    return (Map<String, Object>) put(tree, 0, parseValue(value.strip()));
  }

  private Object put(@Nullable Object node, int depth, Object value) {
    if (depth == names.size()) {
      return value;
    }
    String name = names.get(depth);
    return name.startsWith("[")
        ? putElement(node, Integer.parseInt(name.substring(1)), depth, value)
        : putEntry(node, name, depth, value);
  }

  private Object putEntry(@Nullable Object node, String name, int depth, Object value) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (node instanceof Map<?, ?> map) {
      map.forEach((key, old) -> copy.put(String.valueOf(key), old));
    } else if (node != null) {
      throw new ConfigException(text, "there is no such key: " + name + " lies below a value");
    }
    copy.put(name, put(copy.get(name), depth + 1, value));
    return copy;
  }

  private Object putElement(@Nullable Object node, int index, int depth, Object value) {
    List<Object> copy = node instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
    if (index > copy.size()) {
      throw new ConfigException(text, "the list has " + copy.size() + " elements");
    }
    Object old = index < copy.size() ? copy.get(index) : null;
    Object changed = put(old, depth + 1, value);
    if (index < copy.size()) {
      copy.set(index, changed);
    } else {
      copy.add(changed);
    }
    return copy;
  }

  private static Object parseValue(String value) {
    if (!value.startsWith("[") || !value.endsWith("]")) {
      return value;
    }
    String inner = value.substring(1, value.length() - 1).strip();
    return inner.isEmpty() ? List.of() : List.of(inner.split("\\s*,\\s*"));
  }

  private static void collect(String key, @Nullable Object value, Set<String> keys) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, below) -> collect(key.isEmpty() ? "" + name : key + "." + name, below, keys));
      return;
    }
    if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
      for (int i = 0; i < list.size(); i++) {
        collect(key + "[" + i + "]", list.get(i), keys);
      }
      return;
    }
    keys.add(key);
  }
}
