package dev.backlot.store;

/** Where nodes listen for one another, on the database's clock. For the JDBC driver. */
final class ClusterPeerSql {
  private ClusterPeerSql() {}

  /** Address, port. */
  static final String ANNOUNCE =
      """
      INSERT INTO cluster_peer (address, port, seen_at) VALUES (?, ?, backlot_now())
          ON CONFLICT (address, port) DO UPDATE SET seen_at = excluded.seen_at""";

  /** The newest first: what is left over from nodes that died is behind them. Seconds, limit. */
  static final String READ =
      """
      SELECT address, port FROM cluster_peer
       WHERE seen_at > backlot_now() - ? * interval '1 second'
       ORDER BY seen_at DESC, address, port
       LIMIT ?""";

  /** Seconds. A row that is locked is being renewed or deleted. */
  static final String FORGET =
      """
      DELETE FROM cluster_peer
       WHERE (address, port) IN (
         SELECT address, port FROM cluster_peer
          WHERE seen_at <= backlot_now() - ? * interval '1 second'
          ORDER BY address, port
            FOR UPDATE SKIP LOCKED)""";

  /** Address, port. */
  static final String LEAVE = "DELETE FROM cluster_peer WHERE address = ? AND port = ?";
}
