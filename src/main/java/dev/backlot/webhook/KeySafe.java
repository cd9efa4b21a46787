package dev.backlot.webhook;

import dev.backlot.config.Seal;
import dev.backlot.config.Secret;
import dev.backlot.domain.webhook.EndpointId;
import java.security.SecureRandom;

/** Signing keys as the database keeps them, each sealed for its endpoint. Thread-safe. */
final class KeySafe {
  private final Seal seal;

  KeySafe(Secret key, SecureRandom random) {
    this.seal = new Seal(key, "backlot webhook keys v1", random);
  }

  String seal(EndpointId endpoint, SigningKeys keys) {
    return seal.seal(endpoint.toString(), keys.bytes());
  }

  /**
   * @throws IllegalStateException as {@link Seal#open}
   */
  SigningKeys open(EndpointId endpoint, String sealedKeys) {
    return new SigningKeys(seal.open(endpoint.toString(), sealedKeys));
  }
}
