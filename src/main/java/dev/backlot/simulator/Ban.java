package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is refused although each member is right by itself. */
interface Ban {
  /** Throws a {@link Refusal}. */
  void check(JsonObject body);

  /** One entry of the products file. */
  static Ban of(Map<?, ?> said) {
    Condition when =
        said.containsKey("when")
            ? Condition.parse(String.valueOf(said.get("when")))
            : Condition.ALWAYS;
    String words = String.valueOf(said.get("says"));
    if (said.containsKey("of")) {
      return tooMany(when, texts(said.get("of")), number(said, "most").intValue());
    }
    if (said.containsKey("distinct")) {
      return twice(String.valueOf(said.get("distinct")));
    }
    if (said.containsKey("part")) {
      return without(String.valueOf(said.get("in")), String.valueOf(said.get("part")));
    }
    if (said.containsKey("from")) {
      List<String> from = List.of(String.valueOf(said.get("from")));
      List<String> to = List.of(String.valueOf(said.get("to")));
      BigDecimal least = number(said, "least");
      return body -> refuse(sum(body, to).subtract(sum(body, from)).compareTo(least) < 0, words);
    }
    if (said.containsKey("across")) {
      List<String> across = texts(said.get("across"));
      List<String> down = texts(said.get("down"));
      BigDecimal most = number(said, "most");
      return body -> refuse(area(body, across, down).compareTo(most) > 0, words);
    }
    return body -> refuse(when.holds(body), words);
  }

  private static Ban tooMany(Condition when, List<String> of, int most) {
    return body -> {
      int found = of.stream().mapToInt(path -> Condition.find(body, path).size()).sum();
      refuse(when.holds(body) && found > most, String.join(" and ", of) + " cannot exceed " + most);
    };
  }

  private static Ban twice(String path) {
    return body -> {
      List<Object> all = Condition.find(body, path);
      refuse(new HashSet<>(all).size() < all.size(), path + " is not unique");
    };
  }

  private static Ban without(String path, String part) {
    return body ->
        refuse(
            Condition.find(body, path).stream()
                .anyMatch(text -> !String.valueOf(text).contains(part)),
            path + " must hold " + part);
  }

  private static BigDecimal area(JsonObject body, List<String> across, List<String> down) {
    return BigDecimal.ONE.add(sum(body, across)).multiply(BigDecimal.ONE.add(sum(body, down)));
  }

  private static BigDecimal sum(JsonObject body, List<String> paths) {
    return paths.stream()
        .flatMap(path -> Condition.find(body, path).stream())
        .map(number -> new BigDecimal(String.valueOf(number)))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal number(Map<?, ?> said, String name) {
    return new BigDecimal(String.valueOf(said.get(name)));
  }

  private static List<String> texts(@Nullable Object list) {
    return list instanceof List<?> all ? all.stream().map(String::valueOf).toList() : List.of();
  }

  private static void refuse(boolean broken, String words) {
    if (broken) {
      throw Refusal.value(words);
    }
  }
}
