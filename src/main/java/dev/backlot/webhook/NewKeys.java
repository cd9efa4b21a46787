package dev.backlot.webhook;

import dev.backlot.domain.webhook.EndpointId;
import java.security.SecureRandom;

/** Makes signing keys for endpoints. Thread-safe. */
record NewKeys(KeySafe safe, SecureRandom random) {

  /**
   * @param sealedKeys for the database
   * @param publicKey ed25519, base64
   * @param presented the secret, to be shown once
   */
  record Fresh(String sealedKeys, String publicKey, String presented) {
    @Override
    public String toString() {
      return "Fresh[***]";
    }
  }

  Fresh make(EndpointId endpoint) {
    SigningKeys.Made made = SigningKeys.make(random);
    return new Fresh(safe.seal(endpoint, made.keys()), made.publicKey(), made.keys().presented());
  }
}
