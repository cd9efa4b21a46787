package dev.backlot.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the values of an answer that are no object and no list, of which there may be a
 * million. Where one stands is put into words only when somebody asks for it. Pure.
 */
final class AnswerWalk {
  /** What is deeper is left out. */
  private static final int DEEPEST = 20;

  private AnswerWalk() {}

  /**
   * The object or list in which a value stands.
   *
   * @param in null for that of the answer itself
   * @param step its member, a string, or its index, an integer; null for the answer itself
   */
  record Container(@Nullable Container in, @Nullable Object step) {
    private static final Container ANSWER = new Container(null, null);
  }

  /** Sees each value. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param step its member, a string, or its index, an integer
     */
    void see(Container in, Object step, @Nullable Object value);
  }

  /** Puts another value in the place of each. */
  @FunctionalInterface
  interface Mapper {
    /**
     * @param step its member, a string, or its index, an integer
     */
    @Nullable Object replace(Container in, Object step, @Nullable Object value);
  }

  /** Members and indices from the answer on, with slashes between them. */
  static String place(Container in, Object step) {
    return in.step() == null || in.in() == null
        ? String.valueOf(step)
        : place(in.in(), in.step()) + "/" + step;
  }

  static void each(JsonObject answer, Visitor visitor) {
    each(answer.getMap(), Container.ANSWER, visitor, 0);
  }

  private static void each(Map<?, ?> object, Container at, Visitor visitor, int depth) {
    object.forEach((member, value) -> each(at, String.valueOf(member), value, visitor, depth));
  }

  private static void each(
      Container in, Object step, @Nullable Object value, Visitor visitor, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    Object plain = plain(value);
    if (plain instanceof Map<?, ?> object) {
      each(object, new Container(in, step), visitor, depth + 1);
    } else if (plain instanceof List<?> list) {
      Container here = new Container(in, step);
      for (int i = 0; i < list.size(); i++) {
        each(here, i, list.get(i), visitor, depth + 1);
      }
    } else {
      visitor.see(in, step, plain);
    }
  }

  static JsonObject copy(JsonObject answer, Mapper mapper) {
    return new JsonObject(copy(answer.getMap(), Container.ANSWER, mapper, 0));
  }

  /** Of an answer that may be a list, or a single value. */
  static @Nullable Object copyOf(Object answer, Mapper mapper) {
    Object plain = plain(answer);
    if (plain instanceof Map<?, ?> object) {
      return new JsonObject(copy(object, Container.ANSWER, mapper, 0));
    }
    return plain instanceof List<?> list
        ? new JsonArray(copy(list, Container.ANSWER, mapper, 0))
        : mapper.replace(Container.ANSWER, "", plain);
  }

  private static Map<String, Object> copy(
      Map<?, ?> object, Container at, Mapper mapper, int depth) {
    Map<String, Object> copy = new LinkedHashMap<>();
    object.forEach(
        (member, value) -> {
          String step = String.valueOf(member);
          copy.put(step, copy(at, step, value, mapper, depth));
        });
    return copy;
  }

  private static List<Object> copy(List<?> list, Container at, Mapper mapper, int depth) {
    List<Object> copy = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      copy.add(copy(at, i, list.get(i), mapper, depth));
    }
    return copy;
  }

  private static @Nullable Object copy(
      Container in, Object step, @Nullable Object value, Mapper mapper, int depth) {
    if (depth > DEEPEST) {
      return null;
    }
    Object plain = plain(value);
    if (plain instanceof Map<?, ?> object) {
      return copy(object, new Container(in, step), mapper, depth + 1);
    }
    if (plain instanceof List<?> list) {
      return copy(list, new Container(in, step), mapper, depth + 1);
    }
    return mapper.replace(in, step, plain);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return object.getMap();
    }
    return value instanceof JsonArray array ? array.getList() : value;
  }
}
