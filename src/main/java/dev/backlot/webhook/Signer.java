package dev.backlot.webhook;

import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.http.WebhookSignature;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Signs with an endpoint's own keys, opened once for all that is signed in a round. During a
 * rotation the older ones sign too, so that a receiver may change its secret at any time in
 * between. Who is told tasks may have no keys, and gets no signature then. Thread-safe; never
 * printed.
 */
final class Signer {
  private final List<WebhookSignature> signatures;

  private Signer(List<WebhookSignature> signatures) {
    this.signatures = signatures;
  }

  /**
   * Takes some milliseconds. One that is told tasks gets the signatures that the provider's clients
   * know (reference, section 10), and no others.
   *
   * @throws IllegalStateException when the keys cannot be read
   */
  static Signer open(KeySafe safe, Endpoint endpoint, Instant now) {
    EndpointKeys keys = endpoint.keys();
    if (keys == null) {
      if (!endpoint.isToldTasks()) {
        throw new IllegalStateException("nobody is told our events unsigned");
      }
      return new Signer(List.of());
    }
    return new Signer(
        Stream.concat(Stream.of(keys.current()), keys.previousAt(now).stream())
            .map(sealedKeys -> safe.open(endpoint.keyOwner(), sealedKeys))
            .flatMap(open -> signatures(open, endpoint.isToldTasks()))
            .toList());
  }

  private static Stream<WebhookSignature> signatures(SigningKeys keys, boolean sharedOnly) {
    WebhookSignature shared = WebhookSignature.shared(keys.secret());
    return sharedOnly
        ? Stream.of(shared)
        : Stream.of(shared, WebhookSignature.asymmetric(keys.privateKey()));
  }

  /** Whether it has anything to sign with. */
  boolean signs() {
    return !signatures.isEmpty();
  }

  /**
   * Takes some milliseconds.
   *
   * @param id the same for each try
   * @return the header {@code webhook-signature}: v1 and v1a of each key, the current one first
   */
  String sign(String id, Instant now, String body) {
    return signatures.stream()
        .map(signature -> signature.of(id, now.getEpochSecond(), body))
        .collect(Collectors.joining(" "));
  }
}
