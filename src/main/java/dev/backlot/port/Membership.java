package dev.backlot.port;

import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import java.time.Duration;

/** Heartbeats and take-over, on the database's clock. */
public interface Membership {
  /** The 8-character id of this installation: the first part of every external id. */
  Future<String> installation();

  /**
   * Registers this node, or registers it anew under a higher epoch after its lease was lost. From
   * then on the database honours each heartbeat for the lease's own duration, whoever looks.
   *
   * @return the epoch
   */
  Future<Long> register(NodeLease lease, String name);

  /**
   * One heartbeat.
   *
   * @return false when the lease had already run out: nothing was written, and everything that was
   *     owned must be taken for lost
   */
  Future<Boolean> heartbeat(NodeLease lease);

  /**
   * Takes over live jobs whose owner's heartbeat is older than that owner's lease: raises their
   * fence and makes them ours, at most {@code limit}.
   *
   * @return how many
   */
  Future<Integer> takeOver(NodeLease lease, int limit);

  /** Gives up everything at a clean stop, so that nobody has to wait for the lease to run out. */
  Future<Void> leave(NodeLease lease);

  /**
   * Takes or keeps a singleton duty. It is held under a lease: with the end of that of its holder
   * any live node may take it, and a node without one takes and keeps nothing.
   *
   * @return whether it is ours for the next {@code duration}, or until our lease ends
   */
  Future<Boolean> holdDuty(NodeLease lease, String duty, Duration duration);
}
