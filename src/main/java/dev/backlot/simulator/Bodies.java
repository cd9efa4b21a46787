package dev.backlot.simulator;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Bodies of requests. */
final class Bodies {
  private Bodies() {}

  /** Throws a {@link Refusal} when the body is not an object. */
  static JsonObject object(RoutingContext ctx) {
    try {
      JsonObject json = ctx.body().asJsonObject();
      if (json != null) {
        return json;
      }
    } catch (DecodeException | ClassCastException broken) {
      // Refused below, like an empty body.
    }
    throw new Refusal(KlingError.PARAMETERS_INVALID);
  }
}
