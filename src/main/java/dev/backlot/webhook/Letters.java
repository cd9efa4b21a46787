package dev.backlot.webhook;

import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.Endpoint;
import java.util.Map;
import java.util.Objects;

/**
 * What goes to an endpoint in one round, ready to be sent. Never printed.
 *
 * @param bodies JSON text, by the position of the delivery
 */
record Letters(Endpoint endpoint, Signer signer, Map<Long, String> bodies) {
  Letters {
    bodies = Map.copyOf(bodies);
  }

  String body(Delivery delivery) {
    return Objects.requireNonNull(bodies.get(delivery.position()), "no body");
  }

  @Override
  public String toString() {
    return "Letters[***]";
  }
}
