package dev.backlot.intake;

import dev.backlot.domain.access.Scope;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Tells prices. One instance per event loop. */
public final class QuoteRoutes implements Routes {
  private final Authentication authentication;
  private final RequestChecks checks;
  private final Quotes quotes;

  public QuoteRoutes(Authentication authentication, RequestChecks checks, Quotes quotes) {
    this.authentication = authentication;
    this.checks = checks;
    this.quotes = quotes;
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
        .work(ctx, () -> quotes.of(body), ctx::json)
        .onFailure(failure -> Problems.send(ctx, failure));
  }
}
