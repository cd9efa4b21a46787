package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * {@code GET /account/costs}: the pack as it was some hours ago, once a second at most (reference,
 * section 7). Event loop only.
 */
final class Costs {
  private static final long INTERVAL = Duration.ofSeconds(1).toMillis();
  private static final Duration PACK_LIFE = Duration.ofDays(365);

  private final Studio studio;
  private final int slots;
  private final long bought;
  private long nextAllowed;

  Costs(Studio studio, int slots, long bought) {
    this.studio = studio;
    this.slots = slots;
    this.bought = bought;
  }

  JsonObject answer() {
    long now = studio.catchUp();
    if (now < nextAllowed) {
      throw new Refusal(KlingError.TOO_MANY_REQUESTS);
    }
    nextAllowed = now + INTERVAL;
    Pack pack = studio.pack();
    JsonObject info =
        new JsonObject()
            .put("resource_pack_name", "Sim-Video-" + slots + "Con-12Months")
            .put("resource_pack_id", "rp-0001")
            .put("resource_pack_type", "decreasing_total")
            .put("total_quantity", pack.total())
            .put("remaining_quantity", pack.remainingAsShown(now))
            .put("purchase_time", bought)
            .put("effective_time", bought)
            .put("invalid_time", bought + PACK_LIFE.toMillis())
            .put("status", pack.isUsedUp() ? "runOut" : "online");
    return new JsonObject()
        .put("code", 0)
        .put("msg", "SUCCEED")
        .put("resource_pack_subscribe_infos", new JsonArray().add(info));
  }
}
