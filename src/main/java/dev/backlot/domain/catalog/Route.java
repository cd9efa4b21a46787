package dev.backlot.domain.catalog;

/**
 * Where tasks of a kind are made at the provider.
 *
 * @param path of the create; {@code {model}} stands for the model where the dialect wants it there
 */
public record Route(Dialect dialect, String path) {
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

  public String pathFor(String model) {
    return path.replace(MODEL, model);
  }
}
