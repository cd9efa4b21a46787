package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Account;
import dev.backlot.config.SimulatorQuirks;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The bearer of a request: the account's API key, or on legacy paths a token signed with its secret
 * key (reference, section 2). Event loop only: the MAC is reused.
 */
final class Authenticator {
  private static final String BEARER = "Bearer ";
  private static final String NEEDS_API_KEY =
      "Authentication error. The current API does not support AK/SK; please go to the console"
          + " (https://kling.ai/dev/api-key) to create API key.";

  private final String accessKey;
  private final byte[] apiKey;
  private final Mac mac;
  private final long skew;
  private final long lifeMax;

  Authenticator(Account account, SimulatorQuirks quirks) {
    this.skew = quirks.clockSkew().toSeconds();
    this.lifeMax = quirks.tokenLifeMax().toSeconds();
    this.accessKey = account.accessKey().value();
    this.apiKey = account.apiKey().value().getBytes(StandardCharsets.UTF_8);
    this.mac = mac(account.secretKey().value());
  }

  /** Legacy paths take both kinds. Throws a {@link Refusal}. */
  void check(@Nullable String authorization, Instant now) {
    String bearer = bearer(authorization);
    if (!isApiKey(bearer)) {
      checkToken(bearer, now);
    }
  }

  /** The new paths take the API key alone. Throws a {@link Refusal}. */
  void checkApiKey(@Nullable String authorization) {
    if (!isApiKey(bearer(authorization))) {
      throw new Refusal(KlingError.AUTHORIZATION_INVALID, NEEDS_API_KEY);
    }
  }

  private static String bearer(@Nullable String authorization) {
    if (authorization == null || authorization.isBlank()) {
      throw new Refusal(KlingError.AUTHORIZATION_EMPTY);
    }
    if (!authorization.startsWith(BEARER)) {
      throw new Refusal(KlingError.AUTHORIZATION_INVALID);
    }
    return authorization.substring(BEARER.length());
  }

  private boolean isApiKey(String bearer) {
    return MessageDigest.isEqual(apiKey, bearer.getBytes(StandardCharsets.UTF_8));
  }

  private void checkToken(String token, Instant now) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      String got = parts.length == 1 ? "0" : parts.length == 2 ? "2" : "> 3";
      throw new Refusal(
          KlingError.AUTHORIZATION_INVALID,
          "The token was expected to have 3 parts, but got " + got);
    }
    JsonObject header = json(parts[0]);
    JsonObject claims = json(parts[1]);
    if (!"HS256".equals(header.getValue("alg")) || !accessKey.equals(claims.getValue("iss"))) {
      throw new Refusal(KlingError.AUTHORIZATION_INVALID);
    }
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(mac.doFinal(signed), decode(parts[2]))) {
      throw new Refusal(KlingError.AUTHENTICATION_FAILED);
    }
    checkTimes(claims, now.getEpochSecond());
  }

  private void checkTimes(JsonObject claims, long now) {
    if (!(claims.getValue("exp") instanceof Number expires)) {
      throw new Refusal(KlingError.AUTHORIZATION_INVALID);
    }
    if (expires.longValue() <= now - skew) {
      throw new Refusal(KlingError.AUTHORIZATION_EXPIRED);
    }
    if (lifeMax > 0 && expires.longValue() > now + skew + lifeMax) {
      throw new Refusal(KlingError.AUTHORIZATION_INVALID);
    }
    if (claims.getValue("nbf") instanceof Number notBefore && notBefore.longValue() > now + skew) {
      throw new Refusal(KlingError.AUTHORIZATION_NOT_YET_VALID);
    }
  }

  private static JsonObject json(String part) {
    try {
      return new JsonObject(new String(decode(part), StandardCharsets.UTF_8));
    } catch (DecodeException broken) {
      throw new Refusal(KlingError.AUTHORIZATION_INVALID);
    }
  }

  private static byte[] decode(String part) {
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException broken) {
      throw new Refusal(KlingError.AUTHORIZATION_INVALID);
    }
  }

  private static Mac mac(String secretKey) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no HmacSHA256", missing);
    }
  }
}
