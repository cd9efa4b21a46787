package dev.backlot.domain.catalog;

/**
 * How tasks of a kind are made and found again at the provider.
 *
 * @param path of the create; {@code {model}} stands for the model where the dialect wants it there
 * @param lookup how a create of unknown outcome is looked up
 */
public record Route(Dialect dialect, String path, Lookup lookup) {
  private static final String MODEL = "{model}";

  /** Which questions find a task by our own id (promise P2). */
  public enum Lookup {
    /** The product's own query, confirmed by what the account is configured for. */
    PATH,
    /** {@code GET /tasks} alone. */
    TASKS,
    /** The product's list, read back to before the first send. */
    LIST,
    /** It cannot be found: an unknown outcome is never sent again. */
    NONE
  }

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
