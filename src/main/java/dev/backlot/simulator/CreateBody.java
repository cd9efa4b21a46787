package dev.backlot.simulator;

import dev.backlot.config.SimulatorQuirks;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The body of a create or a call: what decides about its acceptance, price and render time. */
interface CreateBody {
  /** The prompt, whatever else is wrong with the body: fault markers live there. */
  String prompt();

  /** Likewise; null when there is none. */
  @Nullable String externalId();

  /**
   * Checks everything, in the order in which a caller would want to hear of it. Throws a {@link
   * Refusal}.
   */
  TaskRequest check();

  /**
   * @param model from the path; empty on a legacy path
   */
  static CreateBody of(
      Product product, String model, JsonObject json, SimulatorQuirks quirks, Library library) {
    Product.Table table = product.table();
    if (table != null) {
      boolean anySession = quirks.anySession();
      TableBody body = new TableBody(product, table, model, json, library, anySession);
      return product.isCall()
          ? new CallBody(product.call(), body, json, library, quirks.deleteEveryElement())
          : body;
    }
    return switch (product.check()) {
      case "clip" -> new ClipBody(product, json, quirks);
      case "omni" -> new OmniBody(json, quirks);
      case "still" -> new StillBody(json);
      case "path" -> new PathBody(product, model, json, quirks);
      default -> throw new IllegalStateException("nobody checks " + product.label());
    };
  }
}
