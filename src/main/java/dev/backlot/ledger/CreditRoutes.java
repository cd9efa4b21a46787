package dev.backlot.ledger;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.credit.Balance;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.CreditLedger;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** A tenant's view of its credit. One instance per event loop. */
public final class CreditRoutes implements Routes {
  private final Authentication authentication;
  private final RequestChecks checks;
  private final CreditLedger ledger;

  public CreditRoutes(Authentication authentication, RequestChecks checks, CreditLedger ledger) {
    this.authentication = authentication;
    this.checks = checks;
    this.ledger = ledger;
  }

  @Override
  public void mount(Router router) {
    router
        .get("/api/v1/credits")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getCredits"))
        .handler(this::balances);
  }

  private void balances(RoutingContext ctx) {
    ledger
        .balances(Authentication.principal(ctx).tenant())
        .onSuccess(balances -> ctx.json(new JsonObject().put("items", items(balances))))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static JsonArray items(List<Balance> balances) {
    JsonArray items = new JsonArray();
    for (Balance balance : balances) {
      items.add(
          new JsonObject()
              .put("asset", balance.asset().text())
              .put("balance", balance.available().toString())
              .put("reserved", balance.reserved().toString())
              .put("spent", balance.spent().toString()));
    }
    return items;
  }
}
