package dev.backlot.config;

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
 * Seals secrets for the database: AES-256-GCM (NIST SP 800-38D) under a key that it does not have,
 * bound to the row, so that what one row keeps works in no other. Thread-safe.
 */
public final class Seal {
  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String CIPHER = "AES/GCM/NoPadding";

  private final SecretKeySpec key;
  private final SecureRandom random;

  /**
   * @param installationKey what is derived of it here seals nothing else
   * @param purpose says what for; never changes, or nothing that is sealed can be opened
   */
  public Seal(Secret installationKey, String purpose, SecureRandom random) {
    this.key = new SecretKeySpec(sha256(purpose + ":" + installationKey.value()), "AES");
    this.random = random;
  }

  /**
   * @param row names the row, in ASCII
   */
  public String seal(String row, byte[] secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, row, nonce, secret);
    byte[] whole =
        ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
            .put(VERSION)
            .put(nonce)
            .put(sealed)
            .array();
    return Base64.getEncoder().encodeToString(whole);
  }

  /**
   * @throws IllegalStateException when it was sealed under another key, for another purpose or row,
   *     or was changed
   */
  public byte[] open(String row, String sealed) {
    ByteBuffer whole = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
    if (whole.get() != VERSION) {
      throw new IllegalStateException("sealed by a version that is not known here");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    whole.get(nonce);
    byte[] content = new byte[whole.remaining()];
    whole.get(content);
    return run(Cipher.DECRYPT_MODE, row, nonce, content);
  }

  private byte[] run(int mode, String row, byte[] nonce, byte[] content) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(row.getBytes(StandardCharsets.US_ASCII));
      return cipher.doFinal(content);
    } catch (GeneralSecurityException refused) {
      throw new IllegalStateException("what is sealed for this row cannot be read", refused);
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
