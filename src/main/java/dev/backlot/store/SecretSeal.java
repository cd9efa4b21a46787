package dev.backlot.store;

import dev.backlot.config.Secret;
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
 * Seals secret keys for the database: AES-256-GCM (NIST SP 800-38D) under a key that it does not
 * have, bound to the access key, so that no row's secret works in another row. Thread-safe.
 */
final class SecretSeal {
  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String CIPHER = "AES/GCM/NoPadding";

  private final SecretKeySpec key;
  private final SecureRandom random;

  /**
   * @param key of the installation; what is derived of it here seals nothing else
   */
  SecretSeal(Secret key, SecureRandom random) {
    this.key = new SecretKeySpec(sha256("backlot access keys v1:" + key.value()), "AES");
    this.random = random;
  }

  String seal(String accessKey, String secretKey) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed =
        run(Cipher.ENCRYPT_MODE, accessKey, nonce, secretKey.getBytes(StandardCharsets.UTF_8));
    byte[] whole =
        ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
            .put(VERSION)
            .put(nonce)
            .put(sealed)
            .array();
    return Base64.getEncoder().encodeToString(whole);
  }

  /**
   * @throws IllegalStateException when it was sealed under another key, for another access key, or
   *     was changed
   */
  String open(String accessKey, String sealed) {
    ByteBuffer whole = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
    if (whole.get() != VERSION) {
      throw new IllegalStateException("sealed by a version that is not known here");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    whole.get(nonce);
    byte[] content = new byte[whole.remaining()];
    whole.get(content);
    return new String(run(Cipher.DECRYPT_MODE, accessKey, nonce, content), StandardCharsets.UTF_8);
  }

  private byte[] run(int mode, String accessKey, byte[] nonce, byte[] content) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(accessKey.getBytes(StandardCharsets.US_ASCII));
      return cipher.doFinal(content);
    } catch (GeneralSecurityException refused) {
      throw new IllegalStateException("the secret of an access key cannot be read", refused);
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
