package dev.backlot.cluster;

import dev.backlot.port.ClusterPeers;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Those of the configuration. Names are looked up at each search, since their addresses change.
 *
 * @param hosts not looked up
 */
record ListedPeers(List<InetSocketAddress> hosts) implements ClusterPeers {
  @Override
  public List<InetSocketAddress> exchange(InetSocketAddress own) {
    return hosts.stream()
        .map(host -> new InetSocketAddress(host.getHostString(), host.getPort()))
        .toList();
  }

  /** The list stays as it is. */
  @Override
  public void leave(InetSocketAddress own) {}
}
