package dev.backlot.ops;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Durability;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.Writability;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * One thing that must be well for this node to serve.
 *
 * @param name stable, for machines
 * @param costly whether looking costs more than memory: such an answer is kept for a moment
 * @param look what is the case now; a failure counts as down
 */
public record HealthCheck(String name, boolean costly, Supplier<Future<Finding>> look) {
  /** From best to worst. */
  public enum Status {
    UP,
    /** Something needs attention, but traffic is served. */
    DEGRADED,
    DOWN
  }

  /**
   * @param detail for the operator; never a message of an exception, which may quote secrets
   */
  public record Finding(Status status, String detail) {}

  /** The database answers a small query, and takes writes. */
  public static HealthCheck database(Writability writability) {
    return new HealthCheck(
        "database",
        true,
        () ->
            writability
                .isWritable()
                .map(
                    writable ->
                        writable
                            ? new Finding(Status.UP, "answers")
                            : new Finding(
                                Status.DOWN, "takes no writes: it is read-only, or a standby")));
  }

  /** Never down: what the standby is for is a loss that has not happened. */
  public static HealthCheck durability(Durability durability) {
    return new HealthCheck(
        "durability",
        true,
        () ->
            durability
                .shortcomings()
                .map(
                    missing ->
                        missing.isEmpty()
                            ? new Finding(Status.UP, "as database.failover promises")
                            : new Finding(Status.DEGRADED, String.join(" ", missing)))
                .otherwise(new Finding(Status.DEGRADED, "the database did not say")));
  }

  /**
   * Never down: with a newer catalog refused the one in force still serves.
   *
   * @param refusal why the files are not in force, if so
   */
  public static HealthCheck catalog(Supplier<Optional<String>> refusal) {
    return now(
        "catalog",
        () ->
            refusal
                .get()
                .map(why -> new Finding(Status.DEGRADED, "a newer catalog was refused: " + why))
                .orElse(new Finding(Status.UP, "in force")));
  }

  /**
   * This node's heartbeat is in time: it may act for the jobs it owns.
   *
   * @param standbyMissing whether no node can beat, because no commit comes to its end: then none
   *     would be better to ask for what can be read
   */
  public static HealthCheck lease(NodeLease lease, BooleanSupplier standbyMissing) {
    return now(
        "lease",
        () -> {
          if (lease.isHeld()) {
            return new Finding(Status.UP, "held");
          }
          return standbyMissing.getAsBoolean()
              ? new Finding(
                  Status.DEGRADED,
                  "not held: heartbeats are commits, and those wait for the synchronous standby")
              : new Finding(Status.DOWN, "not held; the next heartbeat takes it again");
        });
  }

  /**
   * Never down: hints are all that a cluster carries.
   *
   * @param clustered whether {@code cluster.enabled}
   * @param members how many nodes this one sees, itself included
   */
  /**
   * @param leftOut whether the others could not take this node in when it started
   */
  public static HealthCheck cluster(boolean clustered, boolean leftOut, IntSupplier members) {
    return now(
        "cluster",
        () ->
            leftOut
                ? new Finding(Status.DEGRADED, "not joined; restart this node when others are well")
                : new Finding(
                    Status.UP, clustered ? "members: " + members.getAsInt() : "not enabled"));
  }

  public static HealthCheck lifecycle(Lifecycle lifecycle) {
    return now(
        "lifecycle",
        () ->
            switch (lifecycle.phase()) {
              case STARTING -> new Finding(Status.DOWN, "starting");
              case RUNNING -> new Finding(Status.UP, "running");
              case DRAINING -> new Finding(Status.DOWN, "draining");
            });
  }

  /** Never down: without the provider jobs are still taken in, and wait. */
  public static HealthCheck provider(ProviderHealth health) {
    return now(
        "provider",
        () -> {
          long open = health.breakers().stream().filter(it -> !it.state().equals("closed")).count();
          int parked = health.parked().size();
          return open + parked == 0
              ? new Finding(Status.UP, "reachable")
              : new Finding(
                  Status.DEGRADED,
                  open + " breakers not closed, " + parked + " accounts or packs parked");
        });
  }

  private static HealthCheck now(String name, Supplier<Finding> look) {
    return new HealthCheck(name, false, () -> Future.succeededFuture(look.get()));
  }
}
