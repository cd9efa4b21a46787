package dev.backlot.ledger;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.BillsAsked;
import dev.backlot.bus.Bus;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.bill.Finding;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.BillDays;
import dev.backlot.port.BillDays.Place;
import dev.backlot.port.BillDays.Wanted;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the provider has billed beside what the books say, for whoever runs the installation. One
 * instance per event loop.
 */
public final class ReconciliationRoutes implements Routes {
  private static final String PATH = "/api/v1/ops/reconciliation";
  private static final LocalDate FIRST = LocalDate.of(2000, 1, 1);

  private final Authentication authentication;
  private final RequestChecks checks;
  private final BillDays days;
  private final Set<String> accounts;
  private final Duration kept;
  private final Bus bus;
  private final InstantSource clock;

  /**
   * @param accounts those that may be looked at
   * @param kept how long the rows of a day are kept; without them it cannot be looked at again
   */
  public ReconciliationRoutes(
      Authentication authentication,
      RequestChecks checks,
      BillDays days,
      List<String> accounts,
      Duration kept,
      Bus bus,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.days = days;
    this.accounts = Set.copyOf(accounts);
    this.kept = kept;
    this.bus = bus;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .get(PATH + "/days")
        .handler(authentication.require(Scope.OPERATE))
        .handler(checks.of("listReconciliationDays"))
        .handler(ctx -> answer(ctx, 200, this::days));
    router
        .get(PATH + "/items")
        .handler(authentication.require(Scope.OPERATE))
        .handler(checks.of("listReconciliationItems"))
        .handler(ctx -> answer(ctx, 200, this::items));
    router
        .post(PATH + "/looks")
        .handler(authentication.require(Scope.OPERATE))
        .handler(checks.of("lookAtDay"))
        .handler(ctx -> answer(ctx, 202, this::look));
  }

  /** What a route throws for a wrong parameter is answered like what it fails with. */
  private static void answer(
      RoutingContext ctx, int status, Function<RoutingContext, Future<JsonObject>> route) {
    Future.succeededFuture(ctx)
        .compose(route)
        .onSuccess(
            json -> {
              ctx.response().setStatusCode(status);
              ctx.json(json);
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private Future<JsonObject> days(RoutingContext ctx) {
    JsonObject given = RequestChecks.parameters(ctx);
    LocalDate from = date(given, "from");
    LocalDate to = date(given, "to");
    int limit = given.getInteger("limit");
    return days.days(
            given.getString("account"),
            from == null ? FIRST : from,
            to == null ? today() : to,
            place(given.getString("cursor")),
            limit)
        .map(
            found ->
                page(
                    found,
                    limit,
                    ReconciliationJson::day,
                    last -> last.day() + "." + last.account()));
  }

  private Future<JsonObject> items(RoutingContext ctx) {
    JsonObject given = RequestChecks.parameters(ctx);
    String kind = given.getString("kind");
    int limit = given.getInteger("limit");
    Wanted wanted =
        new Wanted(
            given.getString("account"),
            date(given, "day"),
            kind == null ? null : Finding.parse(kind));
    return days.items(wanted, before(given.getString("cursor")), limit)
        .map(
            found ->
                page(found, limit, ReconciliationJson::item, last -> String.valueOf(last.id())));
  }

  private Future<JsonObject> look(RoutingContext ctx) {
    JsonObject body = RequestChecks.body(ctx);
    String account = body.getString("account");
    LocalDate day = date(body, "day");
    if (!accounts.contains(account)) {
      throw new BacklotException(
          ErrorCode.NOT_FOUND, "There is no such account. GET /api/v1/accounts lists them.");
    }
    LocalDate oldest = LocalDate.ofInstant(clock.instant().minus(kept), ZoneOffset.UTC);
    if (day == null || day.isAfter(today()) || !day.isAfter(oldest)) {
      throw new BacklotException(
          ErrorCode.INVALID_REQUEST,
          "day must be after " + oldest + " and not after " + today() + ", in UTC");
    }
    return days.ask(new Place(day, account), clock.instant())
        .onSuccess(asked -> bus.publish(Addresses.BILLS_ASKED, new BillsAsked(account)))
        .map(ReconciliationJson::day);
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private static <T> JsonObject page(
      List<T> found, int limit, Function<T, JsonObject> json, Function<T, String> cursor) {
    JsonArray items = new JsonArray();
    found.forEach(each -> items.add(json.apply(each)));
    return new JsonObject()
        .put("items", items)
        .put(
            "next_cursor", found.size() < limit ? null : cursor.apply(found.get(found.size() - 1)));
  }

  private static @Nullable LocalDate date(JsonObject given, String name) {
    String text = given.getString(name);
    if (text == null) {
      return null;
    }
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException wrong) {
      throw new BacklotException(
          ErrorCode.INVALID_REQUEST, name + " must be a date such as 2026-11-28");
    }
  }

  private static @Nullable Place place(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    int dot = cursor.indexOf('.');
    try {
      return new Place(LocalDate.parse(cursor.substring(0, dot)), cursor.substring(dot + 1));
    } catch (DateTimeException | IndexOutOfBoundsException wrong) {
      throw badCursor();
    }
  }

  private static long before(@Nullable String cursor) {
    try {
      return cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor);
    } catch (NumberFormatException wrong) {
      throw badCursor();
    }
  }

  private static BacklotException badCursor() {
    return new BacklotException(
        ErrorCode.INVALID_REQUEST, "The cursor must be the next_cursor of an earlier page");
  }
}
