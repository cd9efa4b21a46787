package dev.backlot.cluster;

import dev.backlot.config.ClusterConfig;
import dev.backlot.config.ConfigException;
import dev.backlot.port.ClusterPeers;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import java.net.BindException;
import java.net.InetAddress;
import java.util.List;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfiguration;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.lock.configuration.ClusteredLockManagerConfigurationBuilder;
import org.infinispan.lock.configuration.Reliability;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.JChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as a member. Blocking; never to be called on an event loop. */
public final class Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final String NAME = "backlot";

  /** Of Vert.x: who listens where, and where the nodes' event buses are. On every node. */
  private static final List<String> REPLICATED =
      List.of("__vertx.subs", "__vertx.haInfo", "__vertx.nodeInfo");

  private static final String DISTRIBUTED = "__vertx.distributed.cache.configuration";

  private final ClusterConfig config;
  private final InetAddress bind;
  private final Channel channel;
  private final DefaultCacheManager caches;
  private final MendingClusterManager manager;

  private Cluster(
      ClusterConfig config, InetAddress bind, Channel channel, DefaultCacheManager caches) {
    this.config = config;
    this.bind = bind;
    this.channel = channel;
    this.caches = caches;
    this.manager = new MendingClusterManager(caches);
  }

  /** The others are there and could not take this node in. It can do its work without them. */
  public static final class NotJoined extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotJoined(Throwable cause) {
      super("the members of the cluster could not take this node in", cause);
    }
  }

  /**
   * Joins those that are found, or begins a cluster when nobody is. Takes a second or two, and up
   * to {@link Channel#JOIN_TIMEOUT} longer when those that are named do not answer.
   *
   * @param member name of this node among the members; must be unlike all others
   * @param known where to ask, when {@code cluster.discovery} is the database
   * @throws ConfigException when an address or a port is not ours to listen on
   * @throws NotJoined when the others could not take it in
   */
  public static Cluster join(ClusterConfig config, String member, ClusterPeers known) {
    InetAddress bind = config.bindAddress();
    ClusterPeers peers =
        switch (config.discovery()) {
          case DATABASE -> known;
          case DNS -> new NamedPeers(config.dnsQuery(), config.port());
          case HOSTS -> new ListedPeers(config.hosts());
        };
    Channel channel = Channel.create(config, bind, member, peers);
    DefaultCacheManager caches = new DefaultCacheManager(global(channel.jgroups()), false);
    Configuration replicated = mode(CacheMode.REPL_SYNC);
    REPLICATED.forEach(name -> caches.defineConfiguration(name, replicated));
    caches.defineConfiguration(DISTRIBUTED, mode(CacheMode.DIST_SYNC));
    try {
      caches.start();
    } catch (RuntimeException failure) {
      caches.stop();
      channel.close();
      throw explained(failure, "cluster.port", config.port(), bind) instanceof ConfigException taken
          ? taken
          : new NotJoined(failure);
    }
    Cluster cluster = new Cluster(config, bind, channel, caches);
    LOG.atInfo()
        .addKeyValue("member", member)
        .addKeyValue("members", cluster.members())
        .log("joined the cluster");
    return cluster;
  }

  /** For the builder of Vert.x, together with {@link #eventBus}. */
  public ClusterManager manager() {
    return manager;
  }

  public EventBusOptions eventBus() {
    return BusChannel.options(config, bind);
  }

  /** What a failed start of the clustered event bus means to the operator. */
  public Throwable explained(Throwable failure) {
    return explained(failure, "cluster.event-port", config.eventPort(), bind);
  }

  /**
   * Says once more where this node is: the first of all nodes joined before its own migrations had
   * made the table for it.
   */
  public void announce() {
    channel.discovery().announce();
  }

  /** How many nodes this one sees, itself included. From memory, on any thread. */
  public int members() {
    return caches.getTransport() == null ? 0 : caches.getTransport().getMembers().size();
  }

  /** How many consumers of this node the cluster knows. From memory, on any thread. */
  public int registrations() {
    return manager.registrations();
  }

  /** After the event bus has left: the others are told, and where we were is forgotten. */
  public void leave() {
    caches.stop();
    channel.close();
  }

  /** For tests that cut the links. */
  JChannel jgroups() {
    return channel.jgroups();
  }

  /** For tests that count what is registered. */
  DefaultCacheManager caches() {
    return caches;
  }

  private static GlobalConfiguration global(JChannel channel) {
    GlobalConfigurationBuilder builder = GlobalConfigurationBuilder.defaultClusteredBuilder();
    builder.classLoader(Cluster.class.getClassLoader()).jmx().enabled(false);
    builder.metrics().gauges(false).histograms(false);
    builder.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
    builder.transport().clusterName(NAME).transport(new JGroupsTransport(channel));
    // Locks of the cluster's are used by nobody here, and their table comes with the module. Kept
    // consistent, as is its default, it takes nobody in any more once all but one of its holders
    // have gone (infinispan/infinispan issue 14511).
    builder
        .addModule(ClusteredLockManagerConfigurationBuilder.class)
        .reliability(Reliability.AVAILABLE);
    return builder.build();
  }

  private static Configuration mode(CacheMode mode) {
    return new ConfigurationBuilder().clustering().cacheMode(mode).build();
  }

  private static Throwable explained(Throwable failure, String key, int port, InetAddress bind) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return taken(key, port, bind);
      }
    }
    return failure;
  }

  private static ConfigException taken(String key, int port, InetAddress bind) {
    return new ConfigException(
        key, port + " on " + bind.getHostAddress() + " is taken or not ours; choose another");
  }
}
