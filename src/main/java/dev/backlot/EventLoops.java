package dev.backlot;

import dev.backlot.cluster.Cluster;
import dev.backlot.config.AppConfig;
import dev.backlot.config.ClusterConfig;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.domain.node.NodeId;
import dev.backlot.ops.Metrics;
import dev.backlot.store.PgClusterPeers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What everything of a node runs on, alone or as a member of a cluster. Blocking.
 *
 * @param cluster absent when it is switched off
 * @param leftOut whether it is absent because the others could not take this node in
 */
record EventLoops(Vertx vertx, Optional<Cluster> cluster, boolean leftOut) {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

  static EventLoops start(
      AppConfig config,
      DatabaseConfig database,
      NodeId node,
      MeterRegistry registry,
      Closers closers,
      Consumer<String> progress) {
    EventLoops loops =
        config
            .cluster()
            .map(section -> clustered(section, config, database, node, registry, closers, progress))
            .orElseGet(() -> alone(registry, false));
    closers.add(
        "event loops",
        Deployer.OWN_TIME,
        () -> Deployer.awaitClosed("the event loops", loops.vertx.close()));
    return loops;
  }

  /** How many nodes this one sees, itself included; 0 when it is not clustered. */
  int members() {
    return cluster.map(Cluster::members).orElse(0);
  }

  /** How many consumers of this node the others know. */
  int registrations() {
    return cluster.map(Cluster::registrations).orElse(0);
  }

  private static EventLoops clustered(
      ClusterConfig section,
      AppConfig config,
      DatabaseConfig database,
      NodeId node,
      MeterRegistry registry,
      Closers closers,
      Consumer<String> progress) {
    progress.accept("joining the cluster");
    String member = config.node().name() + "-" + node;
    return joined(
        () -> Cluster.join(section, member, new PgClusterPeers(database)), registry, closers);
  }

  /**
   * A cluster brings hints alone, and its trouble must not keep a node from its work: one that is
   * not taken in goes on by its timers, and says so.
   */
  static EventLoops joined(Supplier<Cluster> join, MeterRegistry registry, Closers closers) {
    try {
      return member(join.get(), registry, closers);
    } catch (Cluster.NotJoined failure) {
      LOG.atError()
          .setCause(failure)
          .log("this node goes on without the cluster; restart it when the others are well");
      return alone(registry, true);
    }
  }

  private static EventLoops alone(MeterRegistry registry, boolean leftOut) {
    return new EventLoops(builder(registry).build(), Optional.empty(), leftOut);
  }

  private static EventLoops member(Cluster cluster, MeterRegistry registry, Closers closers) {
    closers.add("cluster", Deployer.OWN_TIME, cluster::leave);
    VertxBuilder builder =
        builder(registry, Metrics.options().setEventBusOptions(cluster.eventBus()))
            .withClusterManager(cluster.manager());
    Future<Vertx> started =
        builder
            .buildClustered()
            .recover(failure -> Future.failedFuture(cluster.explained(failure)));
    Vertx vertx = Deployer.await("starting the clustered event bus", started);
    return new EventLoops(vertx, Optional.of(cluster), false);
  }

  private static VertxBuilder builder(MeterRegistry registry) {
    return builder(registry, Metrics.options());
  }

  private static VertxBuilder builder(MeterRegistry registry, VertxOptions options) {
    return Vertx.builder().with(options).withMetrics(Metrics.factory(registry));
  }
}
