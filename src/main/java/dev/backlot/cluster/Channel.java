package dev.backlot.cluster;

import dev.backlot.config.ClusterConfig;
import dev.backlot.port.ClusterPeers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/**
 * The membership's own channel: TCP on one port of one address, nothing multicast, and no second
 * port for the detection of failures, since that one can be neither bound nor encrypted.
 */
record Channel(JChannel jgroups, PeerDiscovery discovery) {
  /** For an answer of those that are named. */
  static final Duration JOIN_TIMEOUT = Duration.ofSeconds(2);

  /** Silence after which a member is given up: killed, frozen, or cut off. */
  static final Duration SILENCE = Duration.ofSeconds(5);

  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /** Between two searches for members that are not ours yet; each renews our own entry. */
  private static final Duration SEARCH_MIN = Duration.ofSeconds(2);

  private static final Duration SEARCH_MAX = Duration.ofSeconds(10);
  private static final int CONNECT_MILLIS = 1_000;
  private static final int FRAGMENT = 60_000;

  static Channel create(ClusterConfig config, InetAddress bind, String member, ClusterPeers peers) {
    PeerDiscovery discovery = new PeerDiscovery(peers);
    try {
      JChannel channel = new JChannel(stack(config, bind, discovery)).setName(member);
      // It would answer anybody who asks, by multicast.
      channel.getProtocolStack().getTransport().getDiagnosticsHandler().setEnabled(false);
      return new Channel(channel, discovery);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IllegalStateException("the cluster's channel cannot be made", failure);
    }
  }

  /** To be called when nobody is connected any more. */
  void close() {
    jgroups.close();
    discovery.leave();
  }

  /** From below to above; as Infinispan's own TCP stack unless said otherwise. */
  private static List<Protocol> stack(
      ClusterConfig config, InetAddress bind, PeerDiscovery discovery) {
    return List.of(
        transport(config, bind),
        discovery,
        new MERGE3().setMinInterval(SEARCH_MIN.toMillis()).setMaxInterval(SEARCH_MAX.toMillis()),
        new FD_ALL3().setTimeout(SILENCE.toMillis()).setInterval(HEARTBEAT.toMillis()),
        new VERIFY_SUSPECT2().setTimeout(1_000),
        new NAKACK2().useMcastXmit(false).setXmitInterval(200),
        new UNICAST3().setXmitInterval(200).setConnCloseTimeout(5_000),
        new STABLE().setDesiredAverageGossip(5_000),
        new GMS().setJoinTimeout(JOIN_TIMEOUT.toMillis()).printLocalAddress(false),
        new UFC(),
        new MFC(),
        new FRAG4().setFragSize(FRAGMENT));
  }

  private static TCP transport(ClusterConfig config, InetAddress bind) {
    TCP tcp = new TCP();
    tcp.setBindAddress(bind).setBindPort(config.port()).setPortRange(0);
    if (config.advertisedPort() != 0) {
      tcp.setExternalAddr(bind).setExternalPort(config.advertisedPort());
    }
    tcp.setSockConnTimeout(CONNECT_MILLIS);
    tcp.getThreadPool().setMinThreads(0).setMaxThreads(200).setKeepAliveTime(60_000);
    config.tls().map(TlsSockets::factory).ifPresent(tcp::setSocketFactory);
    return tcp;
  }
}
