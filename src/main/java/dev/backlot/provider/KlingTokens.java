package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.backlot.config.AccountConfig.Credential;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the Authorization header of one account (Kling reference, sections 2.2 and 2.3). A key pair
 * signs anew for every request: a token that was made ahead dies after half an hour. Thread-safe.
 */
final class KlingTokens {
  private static final Duration LIFETIME = Duration.ofMinutes(30);
  private static final Duration BACKDATED = Duration.ofSeconds(5);
  private static final String HEADER =
      base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8));

  private final Credential credential;
  private final InstantSource clock;

  KlingTokens(Credential credential, InstantSource clock) {
    this.credential = credential;
    this.clock = clock;
  }

  /** Value of the Authorization header. A secret: it goes to no log and no error. */
  String authorization() {
    if (credential instanceof Credential.KeyPair pair) {
      return "Bearer " + sign(pair);
    }
    return "Bearer " + ((Credential.ApiKey) credential).key().value();
  }

  /** Whether asking again makes another token. */
  boolean areSigned() {
    return credential instanceof Credential.KeyPair;
  }

  private String sign(Credential.KeyPair pair) {
    Instant now = clock.instant();
    String claims =
        new JsonObject()
            .put("iss", pair.accessKey().value())
            .put("exp", now.plus(LIFETIME).getEpochSecond())
            .put("nbf", now.minus(BACKDATED).getEpochSecond())
            .encode();
    String signed = HEADER + "." + base64(claims.getBytes(UTF_8));
    return signed + "." + base64(hmac(pair.secretKey().value(), signed));
  }

  private static byte[] hmac(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256", impossible);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
