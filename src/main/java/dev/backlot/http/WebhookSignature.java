package dev.backlot.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what we send by Standard Webhooks (its specification, section "Signature scheme"): over
 * {@code id.timestamp.body}. Thread-safe.
 */
public final class WebhookSignature {
  private final String version;
  private final Algorithm algorithm;

  @FunctionalInterface
  private interface Algorithm {
    byte[] sign(byte[] content) throws GeneralSecurityException;
  }

  private WebhookSignature(String version, Algorithm algorithm) {
    this.version = version;
    this.algorithm = algorithm;
  }

  /** Scheme {@code v1}: HMAC-SHA256, for a receiver that shares the key. */
  public static WebhookSignature shared(byte[] key) {
    SecretKeySpec secret = new SecretKeySpec(key, "HmacSHA256");
    return new WebhookSignature(
        "v1,",
        content -> {
          Mac mac = Mac.getInstance(secret.getAlgorithm());
          mac.init(secret);
          return mac.doFinal(content);
        });
  }

  /** Scheme {@code v1a}: ed25519, for a receiver that knows the public key alone. */
  public static WebhookSignature asymmetric(PrivateKey key) {
    return new WebhookSignature(
        "v1a,",
        content -> {
          Signature signature = Signature.getInstance("Ed25519");
          signature.initSign(key);
          signature.update(content);
          return signature.sign();
        });
  }

  /**
   * @param seconds since the epoch
   * @return one signature, as the header {@code webhook-signature} lists them
   */
  public String of(String id, long seconds, String body) {
    byte[] content = (id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8);
    try {
      return version + Base64.getEncoder().encodeToString(algorithm.sign(content));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform signs " + version, impossible);
    }
  }
}
