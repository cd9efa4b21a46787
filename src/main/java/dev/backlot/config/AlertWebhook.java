package dev.backlot.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Where alerts are posted, signed by Standard Webhooks.
 *
 * @param url empty when nobody is to be told beside the log
 * @param secret base64, with or without {@code whsec_} before it; there whenever there is a url
 * @param timeout for one answer
 */
public record AlertWebhook(Optional<URI> url, Optional<Secret> secret, Duration timeout) {
  private static final String PREFIX = "whsec_";

  /** Bytes that a secret must have; Standard Webhooks asks for 24 to 64. */
  private static final int KEY_MIN = 24;

  /** The key behind the secret. */
  public byte[] key() {
    String text = secret.map(Secret::value).orElse("");
    return Base64.getDecoder()
        .decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
  }

  static AlertWebhook from(Section in) {
    Duration timeout =
        in.requireDuration("timeout", Duration.ofMillis(100), Duration.ofSeconds(30));
    Optional<URI> url = in.text("url").filter(text -> !text.isEmpty()).map(text -> url(in, text));
    Optional<Secret> secret =
        in.text("secret").filter(text -> !text.isEmpty()).map(set -> in.requireSecret("secret"));
    in.rejectUnknown();
    AlertWebhook webhook = new AlertWebhook(url, secret, timeout);
    if (url.isPresent() && !webhook.isSigned()) {
      throw in.error(
          "secret",
          "must be base64 of at least " + KEY_MIN + " bytes when " + in.key("url") + " is set");
    }
    return webhook;
  }

  private boolean isSigned() {
    try {
      return key().length >= KEY_MIN;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static URI url(Section in, String text) {
    try {
      URI url = new URI(text);
      boolean secure = "https".equals(url.getScheme());
      boolean plain = "http".equals(url.getScheme()) && !in.isProduction();
      if (url.getHost() != null && (secure || plain)) {
        return url;
      }
    } catch (URISyntaxException notOne) {
      // The message below says what is allowed.
    }
    throw in.error(
        "url",
        "must be an address that begins with https://; http:// in the development profile only");
  }
}
