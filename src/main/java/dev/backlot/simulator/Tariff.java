package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** What the tasks of a product cost: the first line that fits counts. */
record Tariff(List<Line> lines) {
  private static final int STEP = 5;

  /**
   * @param units of the product's pack
   * @param per {@code task}, {@code second}, {@code five-seconds} or {@code file}
   */
  record Line(Condition when, BigDecimal units, String per) {
    static Line of(Map<?, ?> said) {
      return new Line(
          said.containsKey("when")
              ? Condition.parse(String.valueOf(said.get("when")))
              : Condition.ALWAYS,
          new BigDecimal(String.valueOf(said.get("units"))),
          String.valueOf(said.get("per")));
    }

    private BigDecimal times(int seconds, int count) {
      int times =
          switch (per) {
            case "second" -> seconds;
            case "five-seconds" ->
                BigDecimal.valueOf(seconds)
                    .divide(BigDecimal.valueOf(STEP), 0, RoundingMode.CEILING)
                    .intValue();
            case "file" -> count;
            default -> 1;
          };
      return units.multiply(BigDecimal.valueOf(times)).stripTrailingZeros();
    }
  }

  BigDecimal units(JsonObject body, int seconds, int count) {
    return lines.stream()
        .filter(line -> line.when().holds(body))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no price"))
        .times(seconds, count);
  }
}
