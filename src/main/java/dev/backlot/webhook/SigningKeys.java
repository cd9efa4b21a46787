package dev.backlot.webhook;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * What one endpoint's deliveries are signed with: a secret that the receiver shares (v1), and an
 * ed25519 key of which it may know the public half (v1a). Immutable; never printed.
 */
final class SigningKeys {
  /** Of the secret; Standard Webhooks asks for 24 to 64. */
  private static final int SECRET_BYTES = 32;

  /** Of an ed25519 key, either half (RFC 8032, section 5.1.5). */
  private static final int KEY_BYTES = 32;

  private static final String ED25519 = "Ed25519";

  private final byte[] bytes;

  /**
   * @param bytes secret and private key, as {@link #bytes} gave them
   */
  SigningKeys(byte[] bytes) {
    if (bytes.length != SECRET_BYTES + KEY_BYTES) {
      throw new IllegalArgumentException("not the keys of an endpoint");
    }
    this.bytes = bytes.clone();
  }

  /**
   * @param publicKey ed25519, base64 of 32 bytes
   */
  record Made(SigningKeys keys, String publicKey) {}

  static Made make(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ED25519);
      generator.initialize(NamedParameterSpec.ED25519, random);
      KeyPair pair = generator.generateKeyPair();
      byte[] bytes = new byte[SECRET_BYTES + KEY_BYTES];
      random.nextBytes(bytes);
      byte[] privateKey = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      System.arraycopy(privateKey, 0, bytes, SECRET_BYTES, KEY_BYTES);
      // The key itself ends the structure around it (RFC 8410, section 4).
      byte[] encoded = pair.getPublic().getEncoded();
      byte[] publicKey = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
      return new Made(new SigningKeys(bytes), Base64.getEncoder().encodeToString(publicKey));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has " + ED25519, missing);
    }
  }

  byte[] bytes() {
    return bytes.clone();
  }

  byte[] secret() {
    return Arrays.copyOf(bytes, SECRET_BYTES);
  }

  PrivateKey privateKey() {
    byte[] key = Arrays.copyOfRange(bytes, SECRET_BYTES, bytes.length);
    try {
      return KeyFactory.getInstance(ED25519)
          .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, key));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has " + ED25519, missing);
    }
  }

  /** What the tenant is shown, once. */
  String presented() {
    return "whsec_" + Base64.getEncoder().encodeToString(secret());
  }

  @Override
  public String toString() {
    return "SigningKeys[***]";
  }
}
