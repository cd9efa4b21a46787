package dev.backlot.cluster;

import dev.backlot.config.ClusterConfig;
import dev.backlot.config.ClusterTls;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.util.Set;

/** The event bus' own channel between nodes, let in by the same certificates as the membership. */
final class BusChannel {
  private BusChannel() {}

  static EventBusOptions options(ClusterConfig config, InetAddress bind) {
    EventBusOptions options =
        new EventBusOptions().setHost(bind.getHostAddress()).setPort(config.eventPort());
    if (config.advertisedEventPort() != 0) {
      options
          .setClusterPublicHost(bind.getHostAddress())
          .setClusterPublicPort(config.advertisedEventPort());
    }
    config.tls().ifPresent(tls -> encrypt(options, tls));
    return options;
  }

  private static void encrypt(EventBusOptions options, ClusterTls tls) {
    options
        .setSsl(true)
        .setEnabledSecureTransportProtocols(Set.of(ClusterTls.PROTOCOL))
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(tls.certificate().toString())
                .addKeyPath(tls.key().toString()))
        .setTrustOptions(new PemTrustOptions().addCertPath(tls.ca().toString()));
  }
}
