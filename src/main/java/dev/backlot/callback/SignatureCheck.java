package dev.backlot.callback;

import dev.backlot.config.CallbackSignatures;
import dev.backlot.config.CallbackSignatures.Rule;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signatures of one account's callbacks by Standard Webhooks (Kling reference, section
 * 10): HMAC-SHA256 over {@code id.timestamp.body}. Thread-safe.
 */
final class SignatureCheck {
  /** How far a timestamp may be from our clock, in either direction. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final String VERSION = "v1,";
  private static final int TEXT_MAX = 1_024;

  /** The provider sends two during a rotation. */
  private static final int SIGNATURES_MAX = 8;

  private final List<SecretKeySpec> keys;
  private final Rule rule;

  SignatureCheck(CallbackSignatures config) {
    this.keys = config.keys().stream().map(key -> new SecretKeySpec(key, ALGORITHM)).toList();
    this.rule = config.rule();
  }

  /** The three headers of a signature, as they were sent. */
  record Headers(@Nullable String id, @Nullable String timestamp, @Nullable String signature) {
    static Headers of(MultiMap headers) {
      return new Headers(
          headers.get("webhook-id"),
          headers.get("webhook-timestamp"),
          headers.get("webhook-signature"));
    }

    boolean isAbsent() {
      return id == null && timestamp == null && signature == null;
    }
  }

  /** Whether a callback with this body and these headers counts. */
  boolean accepts(Headers headers, Buffer body, Instant now) {
    if (keys.isEmpty()) {
      return true;
    }
    if (headers.isAbsent()) {
      return rule == Rule.OPTIONAL;
    }
    if (headers.id() == null || headers.timestamp() == null || headers.signature() == null) {
      return false;
    }
    return isTimely(headers.timestamp(), now)
        && isSigned(headers.id() + "." + headers.timestamp() + ".", headers.signature(), body);
  }

  private static boolean isTimely(String timestamp, Instant now) {
    return seconds(timestamp)
        .filter(at -> Math.abs(now.getEpochSecond() - at) <= TOLERANCE.toSeconds())
        .isPresent();
  }

  private static Optional<Long> seconds(String timestamp) {
    if (timestamp.isEmpty()
        || timestamp.length() > 12
        || !timestamp.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    return Optional.of(Long.valueOf(timestamp));
  }

  private boolean isSigned(String prefix, String signatures, Buffer body) {
    if (prefix.length() > TEXT_MAX || signatures.length() > TEXT_MAX) {
      return false;
    }
    List<byte[]> presented =
        Stream.of(signatures.split(" ", -1))
            .filter(each -> each.startsWith(VERSION))
            .limit(SIGNATURES_MAX)
            .map(each -> each.substring(VERSION.length()).getBytes(StandardCharsets.UTF_8))
            .toList();
    byte[] content = body.getBytes();
    for (SecretKeySpec key : keys) {
      byte[] expected = Base64.getEncoder().encode(mac(key, prefix, content));
      if (presented.stream().anyMatch(each -> MessageDigest.isEqual(expected, each))) {
        return true;
      }
    }
    return false;
  }

  private static byte[] mac(SecretKeySpec key, String prefix, byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(prefix.getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(content);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
    }
  }
}
