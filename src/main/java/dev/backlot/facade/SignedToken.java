package dev.backlot.facade;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A token that a client has signed with its secret key: a JWT with HS256 and nothing else (RFC
 * 7519; Kling reference, section 2.3).
 *
 * @param accessKey whose secret key it should be signed with; not to be trusted before {@link
 *     #check}
 * @param signed what the signature is of
 */
record SignedToken(String accessKey, String signed, String signature, JsonObject claims) {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int PARTS = 3;

  /** Throws {@link Refused} for anything that is no such token. */
  static SignedToken parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != PARTS) {
      String got = parts.length == 1 ? "0" : parts.length < PARTS ? "2" : "> 3";
      // The words of the library that the live service uses: clients show them.
      throw new Refused(
          KlingCode.AUTHORIZATION_INVALID,
          "The token was expected to have 3 parts, but got " + got);
    }
    JsonObject header = json(parts[0]);
    JsonObject claims = json(parts[1]);
    if (!"HS256".equals(header.getValue("alg"))
        || !(claims.getValue("iss") instanceof String accessKey)) {
      throw new Refused(KlingCode.AUTHORIZATION_INVALID);
    }
    return new SignedToken(accessKey, parts[0] + "." + parts[1], parts[2], claims);
  }

  /**
   * The signature first: what an unsigned token says of its times is nobody's business.
   *
   * @param skew that the client's clock and ours may be apart
   */
  void check(String secretKey, Instant now, Duration skew) {
    if (!MessageDigest.isEqual(mac(secretKey), decode(signature))) {
      throw new Refused(KlingCode.AUTHENTICATION_FAILED, "Signature verification failed");
    }
    Long expires = seconds("exp");
    if (expires == null) {
      throw new Refused(KlingCode.AUTHORIZATION_INVALID, "The token has no exp");
    }
    if (expires <= now.minus(skew).getEpochSecond()) {
      throw new Refused(KlingCode.EXPIRED);
    }
    Long from = seconds("nbf");
    if (from != null && from > now.plus(skew).getEpochSecond()) {
      throw new Refused(KlingCode.NOT_YET_VALID);
    }
  }

  /** RFC 7519, section 2: a number, which may have a fraction. */
  private @Nullable Long seconds(String claim) {
    return claims.getValue(claim) instanceof Number number ? number.longValue() : null;
  }

  private byte[] mac(String secretKey) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
    }
  }

  private static JsonObject json(String part) {
    try {
      return new JsonObject(new String(decode(part), StandardCharsets.UTF_8));
    } catch (DecodeException broken) {
      throw new Refused(KlingCode.AUTHORIZATION_INVALID);
    }
  }

  private static byte[] decode(String part) {
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException broken) {
      throw new Refused(KlingCode.AUTHORIZATION_INVALID);
    }
  }

  /** A token opens doors: it is never written out. */
  @Override
  public String toString() {
    return "SignedToken[]";
  }
}
