package dev.backlot.domain.catalog;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The catalog in force, which a newer one may replace while jobs are running. Thread-safe. Whoever
 * needs two answers that agree asks for the catalog once and keeps it for that long.
 */
public final class CurrentCatalog implements Supplier<Catalog>, Routing {
  private volatile Catalog catalog;

  public CurrentCatalog(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public Catalog get() {
    return catalog;
  }

  @Override
  public List<Route> routes(String kind, String model) {
    return catalog.routes(kind, model);
  }

  /**
   * Why a catalog cannot take the place of this one, in a sentence for the operator; empty when it
   * can. A kind must stay, because jobs of it may be waiting; models may go.
   */
  public Optional<String> refusal(Catalog next) {
    Set<String> missing = new TreeSet<>(catalog.kinds());
    missing.removeAll(next.kinds());
    if (!missing.isEmpty()) {
      return Optional.of(
          "it has no kind named "
              + String.join(", ", missing)
              + ", and jobs of it may be waiting: leave the kind in, and take models out.");
    }
    return Optional.empty();
  }

  public void replace(Catalog next) {
    catalog = next;
  }
}
