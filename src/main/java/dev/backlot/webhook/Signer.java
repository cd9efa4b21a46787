package dev.backlot.webhook;

import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.http.WebhookSignature;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Signs deliveries with an endpoint's own keys. During a rotation the older ones sign too, so that
 * a receiver may change its secret at any time in between. Thread-safe.
 */
final class Signer {
  private final KeySafe safe;

  Signer(KeySafe safe) {
    this.safe = safe;
  }

  /**
   * @param id the same for each try
   * @return the header {@code webhook-signature}: v1 and v1a of each key, the current one first
   */
  String sign(Endpoint endpoint, String id, Instant now, String body) {
    EndpointKeys keys = endpoint.keys();
    return Stream.concat(Stream.of(keys.current()), keys.previousAt(now).stream())
        .map(sealedKeys -> safe.open(endpoint.id(), sealedKeys))
        .flatMap(
            open ->
                Stream.of(
                    WebhookSignature.shared(open.secret()),
                    WebhookSignature.asymmetric(open.privateKey())))
        .map(signature -> signature.of(id, now.getEpochSecond(), body))
        .collect(Collectors.joining(" "));
  }
}
