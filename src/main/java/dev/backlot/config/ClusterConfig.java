package dev.backlot.config;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How nodes tell one another what is new. Only hints travel there, so a node without it does the
 * same work by its timers.
 *
 * @param networkInterface an address of this machine, or the name of one of its network interfaces
 * @param port of the membership; 0 takes any free one
 * @param eventPort of the messages; 0 takes any free one
 * @param advertisedPort under which others reach {@code port}, through a proxy; 0 for itself
 * @param advertisedEventPort likewise of {@code eventPort}
 * @param discovery how other nodes are found
 * @param hosts for {@link Discovery#HOSTS}: where nodes may be, itself included; at most {@link
 *     #HOSTS_MAX}
 * @param dnsQuery for {@link Discovery#DNS}: a name whose addresses are those of the nodes
 * @param tls who is let in and how traffic is encrypted; absent only on loopback
 */
public record ClusterConfig(
    String networkInterface,
    int port,
    int eventPort,
    int advertisedPort,
    int advertisedEventPort,
    Discovery discovery,
    List<InetSocketAddress> hosts,
    String dnsQuery,
    Optional<ClusterTls> tls) {
  /** Where the addresses of other nodes come from. */
  public enum Discovery {
    /** A table of the shared database: nothing to configure. */
    DATABASE,
    /** A name, such as that of a headless service of Kubernetes. */
    DNS,
    /** A list. */
    HOSTS
  }

  static final int HOSTS_MAX = 100;

  private static final String INTERFACE = "cluster.interface";

  private static final int PORT_MAX = 65_535;
  private static final Pattern HOST = Pattern.compile("\\[?([^\\[\\]\\s]+?)\\]?:(\\d{1,5})");

  public ClusterConfig {
    hosts = List.copyOf(hosts);
  }

  /** Reads the section {@code cluster}; empty when it is switched off. */
  public static Optional<ClusterConfig> from(Section in) {
    if (!in.requireBoolean("enabled")) {
      ignoreTheRest(in);
      return Optional.empty();
    }
    ClusterConfig config =
        new ClusterConfig(
            in.requireText("interface"),
            in.requireInt("port", 0, PORT_MAX),
            in.requireInt("event-port", 0, PORT_MAX),
            in.requireInt("advertised-port", 0, PORT_MAX),
            in.requireInt("advertised-event-port", 0, PORT_MAX),
            in.requireEnum("discovery", Discovery.class),
            hosts(in),
            in.text("dns-query").orElse(""),
            ClusterTls.from(in.section("tls")));
    in.rejectUnknown();
    config.requireReachable(in);
    return Optional.of(config);
  }

  private static void ignoreTheRest(Section in) {
    List.of(
            "interface",
            "port",
            "event-port",
            "advertised-port",
            "advertised-event-port",
            "discovery",
            "hosts",
            "dns-query",
            "tls")
        .forEach(in::has);
    in.rejectUnknown();
  }

  /** What others find by a name or a list needs a port that they know beforehand. */
  private void requireReachable(Section in) {
    if (port != 0 && port == eventPort) {
      throw in.error("event-port", "must be another than " + in.key("port"));
    }
    if (discovery != Discovery.DATABASE && port == 0) {
      throw in.error("port", "must not be 0 unless " + in.key("discovery") + " is database");
    }
    if (discovery == Discovery.DNS && dnsQuery.isEmpty()) {
      throw in.error("dns-query", "is missing: the name whose addresses are those of the nodes");
    }
    if (discovery == Discovery.HOSTS && hosts.isEmpty()) {
      throw in.error("hosts", "is empty: name at least one, such as [10.0.0.5:7800]");
    }
  }

  /**
   * The one address that both ports listen on, and that others are told. Blocking. Looked up when a
   * node starts, and not by commands, which may run on another machine.
   *
   * @throws ConfigException when it is none of this machine, or is reachable for strangers
   */
  public InetAddress bindAddress() {
    InetAddress address =
        ofInterface(networkInterface)
            .or(() -> named(networkInterface))
            .orElseThrow(
                () ->
                    new ConfigException(
                        INTERFACE,
                        "must be an address of this machine or the name of a network interface of"
                            + " it, got "
                            + networkInterface));
    if (address.isAnyLocalAddress()) {
      throw new ConfigException(
          INTERFACE,
          "must be one address that other nodes can reach, not all of them: " + networkInterface);
    }
    if (tls.isEmpty() && !address.isLoopbackAddress()) {
      throw new ConfigException(
          "cluster.tls.certificate",
          "is missing: a cluster that is not on loopback" + ClusterTls.REMEDY);
    }
    return address;
  }

  /** Its first address, IPv4 before IPv6. */
  private static Optional<InetAddress> ofInterface(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      if (found == null) {
        return Optional.empty();
      }
      List<InetAddress> addresses =
          found.inetAddresses().filter(each -> !each.isLinkLocalAddress()).toList();
      return addresses.stream()
          .filter(Inet4Address.class::isInstance)
          .findFirst()
          .or(() -> addresses.stream().findFirst());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<InetAddress> named(String text) {
    try {
      InetAddress address = InetAddress.getByName(text);
      boolean ours =
          address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
      return ours ? Optional.of(address) : Optional.empty();
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  private static List<InetSocketAddress> hosts(Section in) {
    List<InetSocketAddress> hosts = new ArrayList<>();
    for (String text : in.texts("hosts")) {
      hosts.add(host(in, text));
    }
    if (hosts.size() > HOSTS_MAX) {
      throw in.error("hosts", "must be at most " + HOSTS_MAX);
    }
    return hosts;
  }

  /** Names are looked up again at each search, so that a new address is found. */
  private static InetSocketAddress host(Section in, String text) {
    Matcher matcher = HOST.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > PORT_MAX) {
      throw in.error("hosts", "must be host:port, such as 10.0.0.5:7800, got " + text);
    }
    return InetSocketAddress.createUnresolved(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }
}
