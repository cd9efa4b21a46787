package dev.backlot.cluster;

import dev.backlot.port.ClusterPeers;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCPPING;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Responses;
import org.jspecify.annotations.Nullable;

/**
 * Asks, at every search, where members may be, and then asks each of those who it is. Searches go
 * on for as long as the node runs, so that parts of a cluster that were cut off find one another.
 */
final class PeerDiscovery extends TCPPING {
  /** Part of the wire format: the same in every version. */
  private static final short ID = 1_200;

  static {
    ClassConfigurator.addProtocol(ID, PeerDiscovery.class);
  }

  private final ClusterPeers peers;
  private volatile @Nullable InetSocketAddress own;

  PeerDiscovery(ClusterPeers peers) {
    this.peers = peers;
    initial_hosts_set_programmatically = true;
    initial_hosts = List.of();
    port_range = 0;
    // Asking blocks, and so does a connection to where nobody is any more.
    async_discovery = true;
    async_discovery_use_separate_thread_per_request = true;
  }

  /** Addresses are found at run time, so that any free port will do. */
  @Override
  public boolean isDynamic() {
    return true;
  }

  @Override
  public void findMembers(
      @Nullable List<Address> members, boolean initialDiscovery, Responses responses) {
    IpAddress us = physicalAddress();
    InetSocketAddress announced = new InetSocketAddress(us.getIpAddress(), us.getPort());
    own = announced;
    initial_hosts = physical(peers.exchange(announced));
    super.findMembers(members, initialDiscovery, responses);
    if (initialDiscovery && nobodyBut(us)) {
      responses.done();
    }
  }

  /** Once more, in between two searches. */
  void announce() {
    InetSocketAddress announced = own;
    if (announced != null) {
      peers.exchange(announced);
    }
  }

  /** After the last search. */
  void leave() {
    InetSocketAddress announced = own;
    if (announced != null) {
      peers.leave(announced);
    }
  }

  private boolean nobodyBut(PhysicalAddress us) {
    return initial_hosts.stream().allMatch(us::equals);
  }

  private IpAddress physicalAddress() {
    return (IpAddress) down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
  }

  private static Collection<PhysicalAddress> physical(List<InetSocketAddress> found) {
    return found.stream()
        .limit(ClusterPeers.MAX)
        .filter(each -> !each.isUnresolved())
        .<PhysicalAddress>map(each -> new IpAddress(each.getAddress(), each.getPort()))
        .toList();
  }
}
