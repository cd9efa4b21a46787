package dev.backlot.cluster;

import dev.backlot.config.ClusterTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jgroups.util.DefaultSocketFactory;

/** Sockets of the membership under TLS, both ends of which show a certificate. */
final class TlsSockets {
  /** The store is in memory only, and the JDK wants a password all the same. */
  private static final char[] NO_SECRET = "memory".toCharArray();

  private TlsSockets() {}

  static DefaultSocketFactory factory(ClusterTls tls) {
    DefaultSocketFactory factory = new DefaultSocketFactory(context(tls.identity()));
    factory.setSocketConfigurator(
        socket -> ((SSLSocket) socket).setEnabledProtocols(new String[] {ClusterTls.PROTOCOL}));
    factory.setServerSocketConfigurator(
        socket -> {
          SSLServerSocket server = (SSLServerSocket) socket;
          server.setEnabledProtocols(new String[] {ClusterTls.PROTOCOL});
          server.setNeedClientAuth(true);
        });
    return factory;
  }

  private static SSLContext context(ClusterTls.Identity identity) {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own(identity), NO_SECRET);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(identity.trusted());
      SSLContext context = SSLContext.getInstance(ClusterTls.PROTOCOL);
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
      return context;
    } catch (GeneralSecurityException | IOException failure) {
      throw new IllegalStateException("the cluster's certificates cannot be used", failure);
    }
  }

  private static KeyStore own(ClusterTls.Identity identity)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "node", identity.key(), NO_SECRET, identity.chain().toArray(X509Certificate[]::new));
    return store;
  }
}
