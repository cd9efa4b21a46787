package dev.backlot.domain.catalog;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.StandIn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the model that may take a job over from one that cannot do it: the next of the chain of the
 * model that was asked for which can do what the input asks, which some account that may run the
 * job can be sent, and which costs no more than what is reserved for the job. Its price is that of
 * the catalog in force: the price version that is frozen on the job has set the ceiling, but what
 * the provider takes is what it takes now. A chain is gone through once, in one direction.
 * Thread-safe.
 */
public final class StandIns {
  private final Supplier<Catalog> catalogs;
  private final Reaches reaches;

  public StandIns(Supplier<Catalog> catalogs, Reaches reaches) {
    this.catalogs = catalogs;
    this.reaches = reaches;
  }

  /** What can be sent to the accounts that may run a job. Pure. */
  @FunctionalInterface
  public interface Reaches {
    /**
     * @param account of the pool that alone may run it; null when any may
     * @return nothing for an account that is not, or no longer, of the pool
     */
    Reach of(String pool, @Nullable String account);
  }

  /**
   * A job whose model cannot do it.
   *
   * @param account that alone may run it; null when any of its pool may
   * @param requested the model with which it was submitted
   * @param model the model that it has now
   * @param input as it was accepted; long values may be out of it
   * @param ceiling what is reserved for it
   */
  public record Asking(
      String pool,
      @Nullable String account,
      String kind,
      String requested,
      String model,
      Map<String, ?> input,
      Asset asset,
      Credits ceiling) {}

  /** Empty when the chain is used up, or there is none. */
  public Optional<StandIn> next(Asking job) {
    Catalog catalog = catalogs.get();
    List<String> chain = catalog.fallbacks(job.kind(), job.requested(), job.input());
    return chain.stream()
        .skip(chain.indexOf(job.model()) + 1L)
        .filter(model -> !model.equals(job.model()) && !model.equals(job.requested()))
        .flatMap(model -> catalog.asIf(job.kind(), model, job.input()).stream())
        .filter(facts -> isWithin(catalog, facts, job))
        .filter(facts -> hasWay(facts, job))
        .map(
            facts ->
                new StandIn(job.model(), facts.model(), facts.slotClass().text(), facts.outputs()))
        .findFirst();
  }

  /** Whether the catalog has its model, and some account that may run it can carry it with that. */
  public boolean hasWay(Asking job) {
    Reach reach = reaches.of(job.pool(), job.account());
    Catalog catalog = catalogs.get();
    List<Route> routes = catalog.routes(job.kind(), job.model());
    return catalog
        .asIf(job.kind(), job.model(), job.input())
        .map(facts -> way(reach, routes, facts, job))
        .orElseGet(() -> reach.way(routes, job.model(), job.input()))
        .isPresent();
  }

  private static boolean isWithin(Catalog catalog, Facts facts, Asking job) {
    PriceBook.Price price = catalog.price(facts);
    return price.asset() == job.asset() && price.amount().compareTo(job.ceiling()) <= 0;
  }

  private boolean hasWay(Facts facts, Asking job) {
    Reach reach = reaches.of(job.pool(), job.account());
    return way(reach, facts.kind().routes(), facts, job).isPresent();
  }

  private static Optional<Reach.Way> way(Reach reach, List<Route> routes, Facts facts, Asking job) {
    return reach.way(routes, facts.slotClass(), facts.outputs(), facts.model(), job.input());
  }
}
