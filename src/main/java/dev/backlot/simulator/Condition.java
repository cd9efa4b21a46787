package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A question to a body, as the products file writes it: {@code a & !b.c=x,y | d}. A path goes into
 * objects, and into the elements of lists; of those whose {@code type} is the step's name, it goes
 * on with the element itself.
 */
record Condition(List<List<Term>> any) {
  /** Nothing is asked. */
  static final Condition ALWAYS = new Condition(List.of(List.of()));

  /**
   * @param values empty when something only has to be there
   */
  record Term(String path, Set<String> values, boolean negated) {
    boolean holds(JsonObject body) {
      List<Object> found = find(body, path);
      boolean holds =
          values.isEmpty()
              ? !found.isEmpty()
              : found.stream().anyMatch(each -> values.contains(String.valueOf(each)));
      return holds != negated;
    }
  }

  static Condition parse(String text) {
    return new Condition(
        Arrays.stream(text.split("[|]"))
            .map(all -> Arrays.stream(all.split("&")).map(Condition::term).toList())
            .toList());
  }

  private static Term term(String text) {
    String bare = text.strip();
    boolean negated = bare.startsWith("!");
    String[] sides = (negated ? bare.substring(1) : bare).split("=", 2);
    return new Term(sides[0], sides.length == 1 ? Set.of() : Set.of(sides[1].split(",")), negated);
  }

  boolean holds(JsonObject body) {
    return any.stream().anyMatch(all -> all.stream().allMatch(term -> term.holds(body)));
  }

  /** Everything there; what is empty is not. */
  static List<Object> find(JsonObject body, String path) {
    List<Object> at = List.of(body);
    for (String step : path.split("[.]")) {
      List<Object> next = new ArrayList<>();
      at.forEach(each -> step(each, step, next));
      at = next;
    }
    List<Object> found = new ArrayList<>();
    at.forEach(each -> flatten(each, found));
    return found;
  }

  private static void step(Object at, String step, List<Object> next) {
    if (at instanceof JsonArray list) {
      list.forEach(element -> step(element, step, next));
      return;
    }
    if (!(at instanceof JsonObject object)) {
      return;
    }
    Object value = object.getValue(step);
    if (step.equals(object.getValue("type"))) {
      next.add(object);
    } else if (value != null) {
      next.add(value);
    }
  }

  private static void flatten(Object value, List<Object> found) {
    if (value instanceof JsonArray list) {
      list.forEach(element -> flatten(element, found));
    } else if (!"".equals(value)) {
      found.add(value);
    }
  }
}
