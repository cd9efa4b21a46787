package dev.backlot.facade;

import dev.backlot.domain.input.Part;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of who asks for what, and where. All of a body counts, in its order, also what nobody
 * knows: a client that repeats a request repeats its bytes, and one that means another says
 * something else. Takes long for a large body. Pure.
 */
final class BodyDigest {
  private final MessageDigest sha256;

  private BodyDigest() {
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  /**
   * @param kind and {@code model} stand for the path
   * @return in hex
   */
  static String of(String keyId, String kind, @Nullable String model, Map<String, ?> body) {
    BodyDigest digest = new BodyDigest();
    digest.add(List.of(keyId, kind, model == null ? "" : model));
    digest.add(body);
    return HexFormat.of().formatHex(digest.sha256.digest());
  }

  private void add(@Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      text("{" + object.size());
      object.forEach(
          (name, member) -> {
            add(name);
            add(member);
          });
    } else if (value instanceof List<?> array) {
      text("[" + array.size());
      array.forEach(this::add);
    } else if (value instanceof Part part) {
      text("\"" + part.length() + ":");
      part.addTo(sha256);
    } else if (value instanceof String string) {
      text("\"" + string.length() + ":" + string);
    } else {
      text("=" + value);
    }
  }

  private void text(String text) {
    sha256.update(text.getBytes(StandardCharsets.UTF_8));
  }
}
