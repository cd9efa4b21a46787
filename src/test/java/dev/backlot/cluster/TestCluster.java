package dev.backlot.cluster;

import dev.backlot.bus.Bus;
import dev.backlot.config.ClusterConfig;
import dev.backlot.config.ClusterTls;
import dev.backlot.port.ClusterPeers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.partitionhandling.PartitionHandling;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TP;
import org.jgroups.stack.ProtocolStack;

/** One member on loopback, on any free ports, with its event bus. */
public final class TestCluster implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Cluster cluster;
  public final Vertx vertx;
  public final Bus bus;

  private TestCluster(Cluster cluster) throws Exception {
    this.cluster = cluster;
    this.vertx = start(cluster);
    this.bus = Bus.install(vertx);
  }

  private static Vertx start(Cluster cluster) throws Exception {
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(cluster.eventBus()))
        .withClusterManager(cluster.manager())
        .buildClustered()
        .onFailure(failure -> cluster.leave())
        .recover(failure -> Future.failedFuture(cluster.explained(failure)))
        .await(60, TimeUnit.SECONDS);
  }

  public static TestCluster join(ClusterPeers peers) throws Exception {
    return join(config(Optional.empty()), peers);
  }

  static TestCluster join(ClusterConfig config, ClusterPeers peers) throws Exception {
    return new TestCluster(Cluster.join(config, "test-" + NUMBER.incrementAndGet(), peers));
  }

  static ClusterConfig config(Optional<ClusterTls> tls) {
    return config(0, 0, tls);
  }

  static ClusterConfig config(int port, int eventPort, Optional<ClusterTls> tls) {
    return new ClusterConfig(
        "127.0.0.1", port, eventPort, 0, 0, ClusterConfig.Discovery.DATABASE, List.of(), "", tls);
  }

  int members() {
    return cluster.members();
  }

  /** What each table does when members are cut off, those of the cluster's own modules included. */
  Set<PartitionHandling> whenSplit() {
    DefaultCacheManager caches = cluster.caches();
    return Stream.concat(caches.getCacheNames().stream(), Stream.of("org.infinispan.LOCKS"))
        .map(name -> caches.getCache(name).getCacheConfiguration())
        .map(table -> table.clustering().partitionHandling().whenSplit())
        .collect(Collectors.toSet());
  }

  /** How many consumers of this member the others know. */
  public int registrations() {
    return cluster.registrations();
  }

  /** From now on nothing of the membership's comes in or goes out. */
  void cutLinks() throws Exception {
    DISCARD discard = new DISCARD().discardAll(true);
    cluster
        .jgroups()
        .getProtocolStack()
        .insertProtocol(discard, ProtocolStack.Position.ABOVE, TP.class);
  }

  void mendLinks() throws Exception {
    cluster.jgroups().getProtocolStack().removeProtocol(DISCARD.class);
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(60, TimeUnit.SECONDS);
    cluster.leave();
  }
}
