package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.Secret;
import dev.backlot.domain.webhook.EndpointId;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeySafeTest {
  private static final EndpointId ONE = new EndpointId(new UUID(1, 1));
  private static final EndpointId OTHER = new EndpointId(new UUID(2, 2));

  private final SecureRandom random = new SecureRandom();
  private final KeySafe safe = new KeySafe(new Secret("k".repeat(32)), random);
  private final SigningKeys keys = SigningKeys.make(random).keys();

  @Test
  void what_was_sealed_can_be_read_again() {
    assertThat(safe.open(ONE, safe.seal(ONE, keys)).bytes()).isEqualTo(keys.bytes());
  }

  @Test
  void the_same_keys_are_never_sealed_to_the_same_text() {
    assertThat(safe.seal(ONE, keys)).isNotEqualTo(safe.seal(ONE, keys));
  }

  @Test
  void keys_of_one_endpoint_are_of_no_use_to_another() {
    String sealedKeys = safe.seal(ONE, keys);

    assertThatThrownBy(() -> safe.open(OTHER, sealedKeys))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void another_key_of_the_installation_reads_nothing() {
    KeySafe other = new KeySafe(new Secret("j".repeat(32)), random);
    String sealedKeys = safe.seal(ONE, keys);

    assertThatThrownBy(() -> other.open(ONE, sealedKeys)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void what_was_changed_is_noticed() {
    byte[] sealedKeys = Base64.getDecoder().decode(safe.seal(ONE, keys));
    sealedKeys[sealedKeys.length - 1] ^= 1;
    String changed = Base64.getEncoder().encodeToString(sealedKeys);

    assertThatThrownBy(() -> safe.open(ONE, changed)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void keys_are_not_printed() {
    assertThat(keys.toString()).isEqualTo("SigningKeys[***]");
  }
}
