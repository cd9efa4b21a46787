package dev.backlot.webhook;

import dev.backlot.config.Secret;
import dev.backlot.domain.webhook.EndpointId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals signing keys for the database: AES-256-GCM (NIST SP 800-38D) under a key that it does not
 * have, bound to the endpoint, so that no row's keys work in another row. Thread-safe.
 */
final class KeySafe {
  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String CIPHER = "AES/GCM/NoPadding";

  private final SecretKeySpec key;
  private final SecureRandom random;

  KeySafe(Secret key, SecureRandom random) {
    this.key = new SecretKeySpec(sha256("backlot webhook keys v1:" + key.value()), "AES");
    this.random = random;
  }

  String seal(EndpointId endpoint, SigningKeys keys) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealedKeys = run(Cipher.ENCRYPT_MODE, endpoint, nonce, keys.bytes());
    byte[] whole =
        ByteBuffer.allocate(1 + NONCE_BYTES + sealedKeys.length)
            .put(VERSION)
            .put(nonce)
            .put(sealedKeys)
            .array();
    return Base64.getEncoder().encodeToString(whole);
  }

  /**
   * @throws IllegalStateException when it was sealed under another key, for another endpoint, or
   *     was changed
   */
  SigningKeys open(EndpointId endpoint, String sealedKeys) {
    ByteBuffer whole = ByteBuffer.wrap(Base64.getDecoder().decode(sealedKeys));
    if (whole.get() != VERSION) {
      throw new IllegalStateException("sealed by a version that is not known here");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    whole.get(nonce);
    byte[] content = new byte[whole.remaining()];
    whole.get(content);
    return new SigningKeys(run(Cipher.DECRYPT_MODE, endpoint, nonce, content));
  }

  private byte[] run(int mode, EndpointId endpoint, byte[] nonce, byte[] content) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(endpoint.toString().getBytes(StandardCharsets.US_ASCII));
      return cipher.doFinal(content);
    } catch (GeneralSecurityException refused) {
      throw new IllegalStateException("the keys of an endpoint cannot be read", refused);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
