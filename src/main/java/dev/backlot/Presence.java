package dev.backlot;

import dev.backlot.bus.Bus;
import dev.backlot.config.NodeConfig;
import dev.backlot.domain.node.CommitGate;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.membership.Heartbeat;
import dev.backlot.membership.HeartbeatVerticle;
import dev.backlot.membership.StandbyVerticle;
import dev.backlot.membership.StandbyWatch;

/**
 * This node as a member of the installation: what lets it act, and what lets anybody commit.
 *
 * @param commits shut while commits would wait for a standby that does not answer
 */
record Presence(NodeConfig config, NodeLease lease, CommitGate commits) {
  Presence(NodeConfig config, NodeId node) {
    this(
        config,
        new NodeLease(node, config.lease(), System::nanoTime),
        new CommitGate(System::nanoTime));
  }

  /** Joins. Blocking. */
  HeartbeatVerticle start(Deployer deployer, Storage storage, Bus bus) {
    StandbyWatch standby = new StandbyWatch(storage.standbys(), commits);
    deployer.deploy("standby watch", new StandbyVerticle(standby));
    Heartbeat heartbeat = new Heartbeat(storage.membership(), lease, bus, config);
    return deployer.deployKept("heartbeat", new HeartbeatVerticle(heartbeat, config));
  }

  /**
   * A heartbeat is a commit: behind a shut gate nobody has a lease, and one more beat brings it.
   */
  boolean mayLackLease() {
    return commits.wasShutWithin(config.heartbeat().multipliedBy(2));
  }
}
