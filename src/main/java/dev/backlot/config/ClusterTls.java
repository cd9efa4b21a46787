package dev.backlot.config;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Who is let into the cluster, on both of its ports: whoever shows a certificate that one of the
 * authorities vouches for, and has its key. Everything is encrypted under TLS 1.3.
 *
 * @param certificate PEM file of this node's certificate and what leads to the authority
 * @param key PEM file of its private key, PKCS #8
 * @param ca PEM file of the authorities. They must vouch for nodes of this installation alone
 * @param identity what the three files hold
 */
public record ClusterTls(Path certificate, Path key, Path ca, Identity identity) {
  public static final String PROTOCOL = "TLSv1.3";

  static final String REMEDY =
      " lets in only who has a certificate. Name this node's certificate, its key and the"
          + " authority (the cluster page has the command that makes them), or set cluster.enabled:"
          + " false";

  private static final List<String> KEYS = List.of("certificate", "key", "ca");

  /**
   * Read and found to fit together.
   *
   * @param chain this node's certificate first
   */
  public record Identity(
      List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
    public Identity {
      chain = List.copyOf(chain);
      authorities = List.copyOf(authorities);
    }

    /** For the trust managers of the JDK. */
    public KeyStore trusted() throws GeneralSecurityException {
      KeyStore store = PemFiles.emptyStore();
      for (X509Certificate each : authorities) {
        store.setCertificateEntry("authority " + store.size(), each);
      }
      return store;
    }

    @Override
    public String toString() {
      return "***";
    }
  }

  /** Reads the section {@code tls}. All three files may be left out, but not in production. */
  public static Optional<ClusterTls> from(Section in) {
    if (KEYS.stream().noneMatch(name -> in.text(name).isPresent())) {
      in.rejectUnknown();
      if (in.isProduction()) {
        throw in.error("certificate", "is missing: in the production profile a cluster" + REMEDY);
      }
      return Optional.empty();
    }
    Path certificate = in.requireFile("certificate");
    Path key = in.requireFile("key");
    Path ca = in.requireFile("ca");
    in.rejectUnknown();
    return Optional.of(new ClusterTls(certificate, key, ca, identity(in, certificate, key, ca)));
  }

  private static Identity identity(Section in, Path certificate, Path key, Path ca) {
    List<X509Certificate> chain = PemFiles.certificates(certificate);
    if (chain.isEmpty()) {
      throw in.error("certificate", "holds no X.509 certificate in PEM form: " + certificate);
    }
    PrivateKey secret =
        PemFiles.privateKey(key, chain.get(0).getPublicKey().getAlgorithm())
            .filter(found -> PemFiles.fits(found, chain.get(0)))
            .orElseThrow(
                () ->
                    in.error(
                        "key",
                        "must be the private key of the certificate, as PKCS #8 in PEM form"
                            + " (BEGIN PRIVATE KEY): "
                            + key));
    List<X509Certificate> authorities = PemFiles.certificates(ca);
    if (authorities.isEmpty()) {
      throw in.error("ca", "holds no X.509 certificates in PEM form: " + ca);
    }
    Identity identity = new Identity(chain, secret, authorities);
    if (!isTrusted(identity)) {
      throw in.error(
          "ca", "does not vouch for this node's own certificate, or that has expired: " + ca);
    }
    return identity;
  }

  /** Asked at the start: otherwise this node would find out only by never being let in. */
  private static boolean isTrusted(Identity identity) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(identity.trusted());
      X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
      X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
      manager.checkClientTrusted(chain, "UNKNOWN");
      manager.checkServerTrusted(chain, "UNKNOWN");
      return true;
    } catch (GeneralSecurityException refused) {
      return false;
    }
  }
}
