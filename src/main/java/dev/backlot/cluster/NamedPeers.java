package dev.backlot.cluster;

import dev.backlot.port.ClusterPeers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody behind one name, on the same port. A headless service of Kubernetes has such a name,
 * and must publish the addresses of pods that are not ready: a node joins before it is.
 *
 * @param port of every node
 */
record NamedPeers(String name, int port) implements ClusterPeers {
  private static final Logger LOG = LoggerFactory.getLogger(NamedPeers.class);

  @Override
  public List<InetSocketAddress> exchange(InetSocketAddress own) {
    try {
      return Arrays.stream(InetAddress.getAllByName(name))
          .map(address -> new InetSocketAddress(address, port))
          .toList();
    } catch (UnknownHostException notYet) {
      LOG.atWarn().addKeyValue("name", name).log("cluster.dns-query leads to no address");
      return List.of();
    }
  }

  /** The name is somebody else's to keep. */
  @Override
  public void leave(InetSocketAddress own) {}
}
