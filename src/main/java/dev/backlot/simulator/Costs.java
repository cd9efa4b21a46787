package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Charges;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * {@code GET /account/costs}: the packs as they were some hours ago, none for an account that pays
 * cash; once a second at most (reference, section 7). Event loop only.
 */
final class Costs {
  private static final long INTERVAL = Duration.ofSeconds(1).toMillis();
  private static final Duration PACK_LIFE = Duration.ofDays(365);

  private final Studio studio;
  private final Charges charges;
  private final long bought;
  private long nextAllowed;

  Costs(Studio studio, Charges charges, long bought) {
    this.studio = studio;
    this.charges = charges;
    this.bought = bought;
  }

  JsonObject answer() {
    long now = studio.catchUp();
    if (now < nextAllowed) {
      throw new Refusal(KlingError.TOO_MANY_REQUESTS);
    }
    nextAllowed = now + INTERVAL;
    JsonArray infos = new JsonArray();
    if (charges == Charges.UNIT) {
      infos.add(info(PackType.VIDEO, now));
      infos.add(info(PackType.IMAGE, now));
    }
    return new JsonObject()
        .put("code", 0)
        .put("msg", "SUCCEED")
        .put("resource_pack_subscribe_infos", infos);
  }

  private JsonObject info(PackType type, long now) {
    Pack pack = studio.till().packs().of(type);
    return new JsonObject()
        .put("resource_pack_name", pack.name())
        .put("resource_pack_id", type.packageId())
        .put("resource_pack_type", "decreasing_total")
        .put("total_quantity", pack.total())
        .put("remaining_quantity", pack.remainingAsShown(now))
        .put("purchase_time", bought)
        .put("effective_time", bought)
        .put("invalid_time", bought + PACK_LIFE.toMillis())
        .put("status", pack.isUsedUp() ? "runOut" : "online");
  }
}
