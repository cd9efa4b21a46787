package dev.backlot.store;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller presents: {@code <prefix>_<id>_<secret>}. The id is public; of the secret, 256
 * random bits, only the SHA-256 leaves this class.
 */
record Credential(String prefix, String id, String secret) {
  static final String KEY = "blk";
  static final String TOKEN = "bst";

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 12;
  private static final int SECRET_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile("(blk|bst)_([a-z0-9]{" + ID_LENGTH + "})_([A-Za-z0-9_-]{32,128})");

  static Credential make(String prefix, RandomGenerator random) {
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new Credential(
        prefix, id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Empty when the text is not of this form, or is another kind of credential. */
  static Optional<Credential> parse(String prefix, String presented) {
    Matcher matcher = FORM.matcher(presented);
    return matcher.matches() && matcher.group(1).equals(prefix)
        ? Optional.of(new Credential(prefix, matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  String presented() {
    return prefix + "_" + id + "_" + secret;
  }

  Buffer sha256() {
    return Buffer.buffer(digest());
  }

  /** In constant time. */
  boolean matches(Buffer storedSha256) {
    return MessageDigest.isEqual(digest(), storedSha256.getBytes());
  }

  private byte[] digest() {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(secret.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return "Credential[" + prefix + "_" + id + "]";
  }
}
