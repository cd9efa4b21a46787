package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Charges;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST /account/billing/package} and {@code /balance} (reference, section 7): what was taken
 * for which task, newest first, in pages. An account that pays in the other way has no rows. Event
 * loop only.
 */
final class BillingExport {
  private static final int LIMIT_MAX = 500;

  private final Studio studio;
  private final Charges charges;

  /**
   * @param charges whose deductions it shows
   */
  BillingExport(Studio studio, Charges charges) {
    this.studio = studio;
    this.charges = charges;
  }

  /** Throws a {@link Refusal}. */
  JsonObject answer(JsonObject json) {
    Fields body = new Fields(json);
    long now = studio.catchUp();
    int limit = body.whole("limit", LIMIT_MAX);
    if (limit < 1 || limit > LIMIT_MAX) {
      throw Refusal.value("limit must be between 1 and " + LIMIT_MAX);
    }
    if (!body.has("cursor") && !(body.has("start_time") && body.has("end_time"))) {
      throw Refusal.value("start_time and end_time are required without cursor");
    }
    Place place = Place.in(body, now);
    BillingFilter filter = BillingFilter.of(body.array("filters"), charges);
    List<Deduction> found = find(place, filter, limit + 1);
    boolean more = found.size() > limit;
    List<Deduction> page = more ? found.subList(0, limit) : found;
    JsonArray detail = new JsonArray();
    page.forEach(deduction -> detail.add(DeductionJson.row(deduction, charges)));
    return new JsonObject()
        .put("result", new JsonObject().put("detail", detail).put("count", page.size()))
        .put("next_cursor", more ? place.cursor(page.get(limit - 1).number()) : "")
        .put("has_more", more);
  }

  private List<Deduction> find(Place place, BillingFilter filter, int limit) {
    List<Deduction> found = new ArrayList<>();
    if (studio.till().charges() != charges) {
      return found;
    }
    for (Deduction deduction : studio.till().before(place.below())) {
      if (place.covers(deduction.at()) && filter.takes(deduction, studio.till().packs())) {
        found.add(deduction);
      }
      if (found.size() == limit) {
        break;
      }
    }
    return found;
  }
}
