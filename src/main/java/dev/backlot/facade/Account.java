package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Deductions;
import dev.backlot.port.Deductions.Deduction;
import dev.backlot.port.Deductions.Place;
import dev.backlot.port.Deductions.Span;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has and what it was charged, of our own books and not of the provider's (Kling
 * reference, section 7): exact, and up to date at once. Callable from any event loop.
 */
final class Account {
  private static final int LIMIT = 500;
  private static final String KEY = "api_key_name";
  private static final String TYPE = "product_type";
  private static final String PACK = "package_id";
  private static final String PACK_NAME = "package_name";
  private static final Set<Asset> UNITS = EnumSet.of(Asset.VIDEO_UNIT, Asset.IMAGE_UNIT);
  private static final Set<Asset> MONEY = EnumSet.of(Asset.USD, Asset.CNY);

  private final CreditLedger ledger;
  private final Deductions deductions;
  private final InstantSource clock;

  Account(CreditLedger ledger, Deductions deductions, InstantSource clock) {
    this.ledger = ledger;
    this.deductions = deductions;
    this.clock = clock;
  }

  /**
   * One pack for each kind of units. It says how much is left now, whatever the span asked for.
   * Throws {@link Refused}.
   */
  Future<JsonObject> costs(TenantId tenant, MultiMap query) {
    SearchBody.time(query.get("start_time"), "start_time");
    SearchBody.time(query.get("end_time"), "end_time");
    String wanted = query.get("resource_pack_name");
    return ledger
        .balances(tenant)
        .map(
            balances -> {
              JsonArray packs = new JsonArray();
              balances.stream()
                  .filter(balance -> UNITS.contains(balance.asset()))
                  .filter(balance -> wanted == null || wanted.equals(packName(balance.asset())))
                  .forEach(balance -> packs.add(pack(balance)));
              return new JsonObject()
                  .put("code", 0)
                  .put("msg", "SUCCEED")
                  .put("resource_pack_subscribe_infos", packs);
            });
  }

  private JsonObject pack(Balance balance) {
    Credits left = balance.available();
    Credits total = left.plus(balance.reserved()).plus(balance.spent());
    return new JsonObject()
        .put("resource_pack_name", packName(balance.asset()))
        .put("resource_pack_id", balance.asset().text())
        .put("resource_pack_type", "decreasing_total")
        .put("total_quantity", total.value().doubleValue())
        .put("remaining_quantity", left.value().doubleValue())
        .put("purchase_time", 0)
        .put("effective_time", 0)
        // Credit of ours does not run out with time.
        .put("invalid_time", clock.instant().plus(Duration.ofDays(365)).toEpochMilli())
        .put("status", left.compareTo(Credits.ZERO) > 0 ? "online" : "runOut");
  }

  private static String packName(Asset asset) {
    return "Backlot " + asset.text().replace('_', ' ') + "s";
  }

  /**
   * A page of what was charged, newest first. Throws {@link Refused}.
   *
   * @param packages of units, rather than of money
   */
  Future<JsonObject> billing(TenantId tenant, boolean packages, Map<String, ?> body) {
    Set<String> keys = packages ? Set.of(KEY, TYPE, PACK, PACK_NAME) : Set.of(KEY);
    SearchBody search = SearchBody.of(body, LIMIT, true, keys, clock.instant());
    if (search.filters().containsKey(PACK) && search.filters().containsKey(PACK_NAME)) {
      throw Refused.value("package_id and package_name exclude each other");
    }
    SearchBody.Place before = search.before();
    Span span =
        new Span(
            packages ? units(search.filters()) : MONEY,
            search.filters().getOrDefault(KEY, Set.of()),
            search.from(),
            search.until(),
            before == null ? null : new Place(before.at(), before.job()));
    return deductions
        .of(tenant, span, search.limit() + 1)
        .map(found -> page(search, found, packages));
  }

  private static Set<Asset> units(Map<String, Set<String>> filters) {
    return UNITS.stream()
        .filter(asset -> isWanted(filters.get(TYPE), type(asset)))
        .filter(asset -> isWanted(filters.get(PACK), asset.text()))
        .filter(asset -> isWanted(filters.get(PACK_NAME), packName(asset)))
        .collect(Collectors.toSet());
  }

  private static boolean isWanted(@Nullable Set<String> values, String value) {
    return values == null || values.contains(value);
  }

  private static String type(Asset asset) {
    return asset == Asset.IMAGE_UNIT ? "image" : "video";
  }

  private static JsonObject page(SearchBody search, List<Deduction> found, boolean packages) {
    boolean more = found.size() > search.limit();
    List<Deduction> page = more ? found.subList(0, search.limit()) : found;
    JsonArray detail = new JsonArray();
    page.forEach(each -> detail.add(packages ? ofPack(each) : ofBalance(each)));
    Deduction last = page.isEmpty() ? null : page.get(page.size() - 1);
    return new JsonObject()
        .put("result", new JsonObject().put("detail", detail).put("count", page.size()))
        .put("next_cursor", more && last != null ? search.cursor(last.at(), last.job()) : "")
        .put("has_more", more);
  }

  private static JsonObject ofPack(Deduction deduction) {
    return row(deduction)
        .put("package_id", deduction.asset().text())
        .put("product_type", type(deduction.asset()));
  }

  private static JsonObject ofBalance(Deduction deduction) {
    return row(deduction)
        .put("cash_type", "balance")
        .put("list_price", deduction.amount().toString())
        .put("currency", deduction.asset().text().toUpperCase(Locale.ROOT));
  }

  private static JsonObject row(Deduction deduction) {
    return new JsonObject()
        .put("task_id", String.valueOf(deduction.number()))
        .put("api_key_name", deduction.keyId())
        .put("product_function", deduction.kind())
        .put("model_name", deduction.model())
        .put("resolution", deduction.mode())
        .put("duration", deduction.seconds() == 0 ? "" : String.valueOf(deduction.seconds()))
        .put("deduction_time", String.valueOf(deduction.at().toEpochMilli()))
        .put("deduction_amount", deduction.amount().toString());
  }
}
