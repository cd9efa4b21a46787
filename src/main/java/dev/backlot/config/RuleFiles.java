package dev.backlot.config;

import dev.backlot.domain.catalog.Probe;
import dev.backlot.domain.catalog.Rule;
import dev.backlot.domain.catalog.Selector;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads what must hold between the members of an input; what a rule is, its members tell. */
final class RuleFiles {
  private static final int LENGTH_MAX = 100_000;
  private static final int COUNT_MAX = 1_000;
  private static final BigDecimal AREA_MAX = BigDecimal.valueOf(1_000);

  private RuleFiles() {}

  static Rule of(Section in) {
    Rule rule = read(in, new HashSet<>(in.texts("models")));
    in.rejectUnknown();
    return rule;
  }

  private static Rule read(Section in, Set<String> models) {
    if (in.has("needs")) {
      return new Rule.Implies(
          models,
          Probe.parse(in.requireText("when")),
          in.texts("needs").stream().map(Probe::parse).toList(),
          in.requireText("at"),
          in.requireText("says"));
    }
    if (in.has("distinct")) {
      return new Rule.Distinct(selector(in, "distinct"), in.requireText("says"));
    }
    if (in.has("contains")) {
      return new Rule.Contains(selector(in, "contains"), in.requireText("text"));
    }
    if (in.has("apart")) {
      List<Selector> apart = selectors(in, "apart");
      if (apart.size() != 2) {
        throw in.error("apart", "must be two selectors");
      }
      return new Rule.Apart(
          apart.get(0),
          apart.get(1),
          in.requireLong("least", 0, Integer.MAX_VALUE),
          in.requireText("says"));
    }
    if (in.has("across")) {
      return new Rule.Area(
          selectors(in, "across"),
          selectors(in, "down"),
          in.requireDecimal("most", BigDecimal.ONE, AREA_MAX),
          in.requireText("says"));
    }
    if (in.has("add-up")) {
      return new Rule.AddUp(Probe.parse(in.requireText("when")), selector(in, "add-up"));
    }
    if (in.has("shots-in")) {
      return new Rule.ShotsInText(Probe.parse(in.requireText("when")), selector(in, "shots-in"));
    }
    if (in.has("one-moves")) {
      return new Rule.OneMoves(selector(in, "one-moves"));
    }
    if (in.has("longest")) {
      return new Rule.Longest(
          models, selector(in, "longest"), in.requireInt("most", 1, LENGTH_MAX));
    }
    return new Rule.AtMost(
        models,
        in.requireInt("most", 0, COUNT_MAX),
        selectors(in, "of"),
        in.text("when").map(Probe::parse).orElse(null),
        in.requireText("says"));
  }

  private static Selector selector(Section in, String name) {
    return Selector.parse(in.requireText(name));
  }

  private static List<Selector> selectors(Section in, String name) {
    return in.texts(name).stream().map(Selector::parse).toList();
  }
}
