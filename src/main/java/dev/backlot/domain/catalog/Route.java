package dev.backlot.domain.catalog;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One way in which tasks of a kind are made at the provider.
 *
 * @param path of the create; {@code {model}} stands for the model where the dialect wants it there
 * @param lookup how a task of it is looked up whose create had no clear answer
 * @param namesModel whether a body names its model in {@code model_name}
 * @param carryOver how an input is written for it; null for the kind's own way, in whose form
 *     tenants write
 */
public record Route(
    Dialect dialect,
    String path,
    LookupBy lookup,
    boolean namesModel,
    @Nullable CarryOver carryOver) {
  private static final String MODEL = "{model}";

  /**
   * @throws IllegalArgumentException when the path does not suit the dialect
   */
  public Route {
    if (!path.startsWith("/") || path.contains(MODEL) != (dialect == Dialect.PATH_PER_MODEL)) {
      throw new IllegalArgumentException(
          "path must start with / and have {model} in it exactly when the dialect is"
              + " path-per-model");
    }
  }

  /** One that names its model where its dialect does. */
  public Route(Dialect dialect, String path, LookupBy lookup, @Nullable CarryOver carryOver) {
    this(dialect, path, lookup, dialect == Dialect.LEGACY, carryOver);
  }

  public String pathFor(String model) {
    return path.replace(MODEL, model);
  }

  /**
   * A request for this way.
   *
   * @param model as this way names it
   * @param input of a job of this kind, checked; not changed
   * @return empty when the model or anything in the input cannot go this way
   */
  public Optional<CarryOver.Carried> carry(String model, Map<String, ?> input) {
    return carryOver == null
        ? Optional.of(new CarryOver.Carried(model, input))
        : carryOver.carry(model, input);
  }
}
