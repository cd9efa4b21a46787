package dev.backlot.config;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The event-bus bridge for programs that speak TCP, on a port of its own.
 *
 * @param host address to bind
 * @param port 0 takes any free one
 * @param connectionsMax open connections of this node; one beyond it is closed at once
 * @param tls how connections are encrypted; absent only where nobody listens in: on loopback, or
 *     outside the production profile
 */
public record TcpBridgeConfig(String host, int port, int connectionsMax, Optional<Tls> tls) {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

  /**
   * @param certificate PEM file of this node's certificate and what leads to its authority
   * @param key PEM file of its private key, PKCS #8
   */
  public record Tls(Path certificate, Path key) {
    private static Optional<Tls> from(Section in) {
      if (in.text("certificate").isEmpty() && in.text("key").isEmpty()) {
        in.rejectUnknown();
        return Optional.empty();
      }
      Tls tls = new Tls(in.requireFile("certificate"), in.requireFile("key"));
      in.rejectUnknown();
      tls.requireFit(in);
      return Optional.of(tls);
    }

    private void requireFit(Section in) {
      List<X509Certificate> chain = PemFiles.certificates(certificate);
      if (chain.isEmpty()) {
        throw in.error("certificate", "holds no X.509 certificate in PEM form: " + certificate);
      }
      Optional<PrivateKey> secret =
          PemFiles.privateKey(key, chain.get(0).getPublicKey().getAlgorithm());
      if (secret.filter(found -> PemFiles.fits(found, chain.get(0))).isEmpty()) {
        throw in.error(
            "key",
            "must be the private key of the certificate, as PKCS #8 in PEM form (BEGIN PRIVATE"
                + " KEY): "
                + key);
      }
    }
  }

  /** Reads the section {@code stream.tcp-bridge}; empty when it is switched off. */
  public static Optional<TcpBridgeConfig> from(Section in) {
    if (!in.requireBoolean("enabled")) {
      List.of("host", "port", "connections-max", "tls").forEach(in::has);
      in.rejectUnknown();
      return Optional.empty();
    }
    TcpBridgeConfig config =
        new TcpBridgeConfig(
            in.requireText("host"),
            in.requireInt("port", 0, 65_535),
            in.requireInt("connections-max", 1, 100_000),
            Tls.from(in.section("tls")));
    in.rejectUnknown();
    if (in.isProduction() && config.tls().isEmpty() && !config.isOnLoopback()) {
      throw in.section("tls")
          .error(
              "certificate",
              "is missing: in the production profile keys and tokens do not travel unencrypted."
                  + " Name a certificate and its key, or bind to 127.0.0.1");
    }
    return Optional.of(config);
  }

  private boolean isOnLoopback() {
    return LOOPBACK.matcher(host).matches();
  }
}
