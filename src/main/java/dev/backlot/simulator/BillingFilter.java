package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Charges;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which deductions an export wants.
 *
 * @param wanted values by the key of a filter
 */
record BillingFilter(Map<String, Set<String>> wanted) {
  private static final Set<String> BALANCE_KEYS = Set.of("api_key_name");
  private static final Set<String> PACKAGE_KEYS =
      Set.of("api_key_name", "product_type", "package_name", "package_id");

  /** Throws a {@link Refusal}. */
  static BillingFilter of(JsonArray filters, Charges charges) {
    Set<String> keys = charges == Charges.CASH ? BALANCE_KEYS : PACKAGE_KEYS;
    Map<String, Set<String>> wanted = new HashMap<>();
    for (Object element : filters) {
      if (!(element instanceof JsonObject object)) {
        throw Refusal.value("filters must hold objects");
      }
      Fields filter = new Fields(object, "filters.");
      String key = filter.lenient("key");
      if (!keys.contains(key)) {
        throw Refusal.value("filters.key(" + key + ") is not supported");
      }
      wanted.put(key, values(filter));
    }
    if (wanted.containsKey("package_name") && wanted.containsKey("package_id")) {
      throw Refusal.value("filters package_name and package_id exclude each other");
    }
    return new BillingFilter(wanted);
  }

  boolean takes(Deduction deduction, Packs packs) {
    PackType type = deduction.task().request().product().pack();
    Map<String, String> row =
        Map.of(
            "api_key_name", DeductionJson.API_KEY_NAME,
            "product_type", type.text(),
            "package_name", packs.of(type).name(),
            "package_id", type.packageId());
    return wanted.entrySet().stream()
        .allMatch(filter -> filter.getValue().contains(row.getOrDefault(filter.getKey(), "")));
  }

  private static Set<String> values(Fields filter) {
    Set<String> values = new HashSet<>();
    for (Object value : filter.array("values")) {
      if (!(value instanceof String text)) {
        throw Refusal.value("filters.values must hold strings");
      }
      values.add(text);
    }
    if (values.isEmpty()) {
      throw Refusal.value("filters.values must not be empty");
    }
    return values;
  }
}
