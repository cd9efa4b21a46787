package dev.backlot.config;

import dev.backlot.domain.catalog.CarryOver;
import dev.backlot.domain.catalog.CarryOver.Move;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.catalog.Probe;
import dev.backlot.domain.catalog.Rewrite;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.catalog.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the ways that lead from a kind to the provider. */
final class RouteFiles {
  private static final int LENGTH_MAX = 1 << 30;

  private RouteFiles() {}

  /** The kind's own way, and after it those under {@code other-routes}. */
  static List<Route> of(Section kind) {
    List<Route> routes = new ArrayList<>();
    routes.add(route(kind, namesModel(kind), null));
    for (Section other : kind.sections("other-routes")) {
      routes.add(route(other, true, carryOver(other)));
      other.rejectUnknown();
    }
    return routes;
  }

  /** Where the input itself has a place for it. */
  private static boolean namesModel(Section kind) {
    return kind.section("model").text("at").filter("model_name"::equals).isPresent();
  }

  private static Route route(Section in, boolean namesModel, @Nullable CarryOver carryOver) {
    try {
      Dialect dialect = Dialect.parse(in.requireText("dialect"));
      LookupBy usual = dialect == Dialect.LEGACY ? LookupBy.PATH : LookupBy.TASKS;
      return new Route(
          dialect,
          in.requireText("path"),
          in.text("lookup").map(LookupBy::parse).orElse(usual),
          namesModel && dialect == Dialect.LEGACY,
          carryOver);
    } catch (IllegalArgumentException wrong) {
      throw in.error("path", String.valueOf(wrong.getMessage()));
    }
  }

  private static CarryOver carryOver(Section in) {
    return new CarryOver(
        words(in, "models"),
        in.texts("unless").stream().map(Probe::parse).toList(),
        in.sections("moves").stream().map(RouteFiles::move).toList());
  }

  private static Move move(Section in) {
    try {
      Move move =
          new Move(
              new HashSet<>(in.texts("models")),
              Selector.parse(in.requireText("from")),
              in.text("to").map(Selector::parse).orElse(null),
              rewrite(in),
              in.text("otherwise").orElse(null),
              in.has("needed") && in.requireBoolean("needed"));
      in.rejectUnknown();
      return move;
    } catch (IllegalArgumentException wrong) {
      throw in.error("from", String.valueOf(wrong.getMessage()));
    }
  }

  private static Rewrite rewrite(Section in) {
    if (in.has("most") || in.has("without")) {
      return new Rewrite.Brief(in.requireInt("most", 1, LENGTH_MAX), in.texts("without"));
    }
    if (in.has("values") || in.has("as")) {
      Rewrite.Form form =
          in.has("as") ? in.requireEnum("as", Rewrite.Form.class) : Rewrite.Form.TEXT;
      return new Rewrite.Words(in.has("values") ? words(in, "values") : Map.of(), form);
    }
    return new Rewrite.Same();
  }

  private static Map<String, String> words(Section in, String name) {
    Section section = in.section(name);
    Map<String, String> words = new LinkedHashMap<>();
    section.names().forEach(word -> words.put(word, section.requireText(word)));
    return words;
  }
}
