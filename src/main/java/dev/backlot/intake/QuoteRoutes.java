package dev.backlot.intake;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Facts;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/**
 * Says what a job would cost, or why it could not be. Stores and reserves nothing; the price counts
 * only once a job is accepted. One instance per event loop.
 */
public final class QuoteRoutes implements Routes {
  private final Authentication authentication;
  private final RequestChecks checks;
  private final Supplier<Catalog> catalogs;
  private final Reach reach;

  /**
   * @param catalogs asked once for each request
   * @param reach of the accounts that would run it
   */
  public QuoteRoutes(
      Authentication authentication,
      RequestChecks checks,
      Supplier<Catalog> catalogs,
      Reach reach) {
    this.authentication = authentication;
    this.checks = checks;
    this.catalogs = catalogs;
    this.reach = reach;
  }

  @Override
  public void mount(Router router) {
    router
        .post("/api/v1/quotes")
        .handler(authentication.require(Scope.READ))
        .handler(checks.ofLarge("quoteJob"))
        .handler(this::quote);
  }

  private void quote(RoutingContext ctx) {
    JsonObject body = RequestChecks.body(ctx);
    checks
        .work(ctx, () -> quote(body), ctx::json)
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private JsonObject quote(JsonObject body) {
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
