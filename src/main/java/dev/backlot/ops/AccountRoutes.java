package dev.backlot.ops;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.AccountUnparked;
import dev.backlot.bus.Bus;
import dev.backlot.config.AccountConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.SlotUse;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.ProviderHealth.BreakerView;
import dev.backlot.port.ProviderHealth.Parked;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The provider's accounts, for whoever runs the installation: how each stands as this node sees it,
 * and what it may hold. Neither keys nor addresses are told. One instance per event loop.
 */
public final class AccountRoutes implements Routes {
  private static final String PATH = "/api/v1/accounts";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final List<AccountConfig> accounts;
  private final ProviderHealth health;
  private final Dispatches dispatches;
  private final Bus bus;

  public AccountRoutes(
      Authentication authentication,
      RequestChecks checks,
      List<AccountConfig> accounts,
      ProviderHealth health,
      Dispatches dispatches,
      Bus bus) {
    this.authentication = authentication;
    this.checks = checks;
    this.accounts = accounts;
    this.health = health;
    this.dispatches = dispatches;
    this.bus = bus;
  }

  @Override
  public void mount(Router router) {
    router
        .get(PATH)
        .handler(authentication.require(Scope.OPERATE))
        .handler(checks.of("listAccounts"))
        .handler(this::list);
    router
        .post(PATH + "/:id/unpark")
        .handler(authentication.require(Scope.OPERATE))
        .handler(checks.of("unparkAccount"))
        .handler(this::unpark);
  }

  private void list(RoutingContext ctx) {
    dispatches
        .slotUse()
        .onSuccess(slots -> ctx.json(new JsonObject().put("items", items(slots))))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void unpark(RoutingContext ctx) {
    Optional<AccountConfig> account =
        accounts.stream().filter(each -> each.id().equals(ctx.pathParam("id"))).findFirst();
    if (account.isEmpty()) {
      Problems.send(
          ctx,
          new BacklotException(
              ErrorCode.NOT_FOUND, "There is no such account. GET " + PATH + " lists them."));
      return;
    }
    // Here at once, so that the answer is true; elsewhere as soon as the others hear of it.
    health.unpark(account.get().id());
    bus.publish(Addresses.ACCOUNT_UNPARKED, new AccountUnparked(account.get().id()));
    dispatches
        .slotUse()
        .onSuccess(slots -> ctx.json(item(account.get(), slots)))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private JsonArray items(List<SlotUse> slots) {
    JsonArray items = new JsonArray();
    accounts.forEach(account -> items.add(item(account, slots)));
    return items;
  }

  private JsonObject item(AccountConfig account, List<SlotUse> slots) {
    List<Parked> all =
        health.parked().stream().filter(each -> each.account().equals(account.id())).toList();
    List<Parked> packs = all.stream().filter(each -> each.pack() != null).toList();
    Optional<Parked> whole = all.stream().filter(each -> each.pack() == null).findFirst();
    return new JsonObject()
        .put("id", account.id())
        .put("pool", account.pool())
        .put("state", state(whole.isPresent(), !packs.isEmpty()))
        .put("parked", whole.map(AccountRoutes::parking).orElse(null))
        .put(
            "parked_packs",
            packs.stream()
                .map(each -> new JsonObject().put("pack", each.pack()).mergeIn(parking(each)))
                .collect(Collectors.collectingAndThen(Collectors.toList(), JsonArray::new)))
        .put("breakers", breakers(account.id()))
        .put("weight", account.standing().weight())
        .put("price_factor", account.standing().priceFactor().toPlainString())
        .put(
            "slots",
            slots.stream()
                .filter(slot -> slot.account().equals(account.id()))
                .map(AccountRoutes::slot)
                .collect(Collectors.collectingAndThen(Collectors.toList(), JsonArray::new)));
  }

  private static String state(boolean parked, boolean packParked) {
    if (parked) {
      return "parked";
    }
    return packParked ? "pack_parked" : "ok";
  }

  private static JsonObject parking(Parked parked) {
    return new JsonObject()
        .put("code", parked.code())
        .put("since", parked.since().toString())
        .put("until", parked.until().toString());
  }

  private JsonObject breakers(String account) {
    JsonObject states = new JsonObject();
    health.breakers().stream()
        .filter(breaker -> breaker.account().equals(account))
        .forEach((BreakerView breaker) -> states.put(breaker.guard(), breaker.state()));
    return states;
  }

  private static JsonObject slot(SlotUse slot) {
    Instant learntAt = slot.learntAt();
    return new JsonObject()
        .put("slot_class", slot.slotClass())
        .put("in_flight", slot.inFlight())
        .put("ceiling", slot.ceiling())
        .put("limit", slot.limit())
        .put("learnt_at", learntAt == null ? null : learntAt.toString());
  }
}
