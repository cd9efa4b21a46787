package dev.backlot.intake;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Facts;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.catalog.Reach;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/**
 * Says what a job would cost, or why it could not be. Stores and reserves nothing; the price counts
 * only once a job is accepted. Thread-safe.
 */
public final class Quotes {
  private final Supplier<Catalog> catalogs;
  private final Reach reach;

  /**
   * @param catalogs asked once for each quote
   * @param reach of the accounts that would run it
   */
  public Quotes(Supplier<Catalog> catalogs, Reach reach) {
    this.catalogs = catalogs;
    this.reach = reach;
  }

  /**
   * Takes long for a large body.
   *
   * @param body a {@code NewQuote} of the contract, numbers exact
   */
  JsonObject of(JsonObject body) {
    Catalog catalog = catalogs.get();
    try {
      Facts facts =
          catalog.check(
              body.getString("kind"),
              body.getString("model"),
              body.getJsonObject("input").getMap());
      reach.check(facts);
      return valid(facts, catalog);
    } catch (BacklotException refused) {
      return invalid(refused, catalog);
    }
  }

  private static JsonObject valid(Facts facts, Catalog catalog) {
    Price price = catalog.price(facts);
    return new JsonObject()
        .put("valid", true)
        .put("kind", facts.kind().name())
        .put("model", facts.model())
        .put("slots", facts.outputs())
        .put("asset", price.asset().text())
        .put("cost", price.amount().toString())
        .put("up_to", facts.kind().costsAtMost(facts.input()))
        .put("price_version", catalog.priceVersion());
  }

  private static JsonObject invalid(BacklotException refused, Catalog catalog) {
    JsonObject problem =
        new JsonObject()
            .put("code", refused.code().slug())
            .put("status", refused.code().httpStatus())
            .put("detail", refused.detail());
    refused.field().ifPresent(field -> problem.put("field", field));
    return new JsonObject()
        .put("valid", false)
        .put("problem", problem)
        .put("price_version", catalog.priceVersion());
  }
}
