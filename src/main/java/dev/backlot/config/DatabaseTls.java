package dev.backlot.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the connections to the database are encrypted, those that serve and the one that migrates.
 *
 * @param mode what is asked of the server
 * @param ca PEM file with the certificates that may have signed the server's; there when the server
 *     is verified
 */
public record DatabaseTls(Mode mode, Optional<Path> ca) {
  /** As PostgreSQL's own clients name it. */
  public enum Mode {
    /** No encryption. */
    DISABLE,
    /** Encrypted, to whoever answers: a listener is kept out, an impostor is not. */
    REQUIRE,
    /** Encrypted, to the server that the certificate names. */
    VERIFY_FULL
  }

  public static final DatabaseTls DISABLED = new DatabaseTls(Mode.DISABLE, Optional.empty());

  /**
   * Reads the section {@code tls}. In the production profile anything but {@code verify-full} must
   * be allowed in so many words.
   */
  static DatabaseTls from(Section in) {
    if (!in.isProduction() && !in.has("mode")) {
      in.rejectUnknown();
      return DISABLED;
    }
    Mode mode = in.requireEnum("mode", Mode.class);
    boolean relaxed = in.has("allow-unverified") && in.requireBoolean("allow-unverified");
    if (in.isProduction() && mode != Mode.VERIFY_FULL && !relaxed) {
      throw in.error(
          "mode",
          "must be verify-full in the production profile; where the way to the server is safe"
              + " without it, say "
              + in.key("allow-unverified")
              + ": true");
    }
    Optional<Path> ca =
        mode == Mode.VERIFY_FULL || in.has("ca") ? Optional.of(certificates(in)) : Optional.empty();
    in.rejectUnknown();
    return new DatabaseTls(mode, mode == Mode.VERIFY_FULL ? ca : Optional.empty());
  }

  /** Read now: the drivers would say only at the first connection that they cannot use it. */
  private static Path certificates(Section in) {
    Path file = in.requireFile("ca");
    if (PemFiles.certificates(file).isEmpty()) {
      throw in.error("ca", "holds no X.509 certificates in PEM form: " + file);
    }
    return file;
  }

  /** For the JDBC driver's URL. */
  String jdbcParameters() {
    return switch (mode) {
      case DISABLE -> "sslmode=disable";
      case REQUIRE -> "sslmode=require";
      case VERIFY_FULL ->
          "sslmode=verify-full&sslrootcert="
              + URLEncoder.encode(ca.orElseThrow().toString(), StandardCharsets.UTF_8);
    };
  }
}
