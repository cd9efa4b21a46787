package dev.backlot.store;

/** What the server says about taking commits, and about keeping them. */
final class DurabilitySql {
  private DurabilitySql() {}

  static final String WRITABLE =
      """
      SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'
               AS writable""";

  /**
   * The settings are those of our own session: a role or a database may have its own. The state of
   * a standby is NULL for a role that may not read it; processes of its own it always sees.
   */
  static final String LOOK =
      """
      SELECT current_setting('fsync') AS fsync,
             current_setting('full_page_writes') AS full_page_writes,
             current_setting('synchronous_commit') AS synchronous_commit,
             current_setting('synchronous_standby_names') AS standby_names,
             pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS may_look,
             (SELECT count(*) FROM pg_stat_replication
               WHERE sync_state IN ('sync', 'quorum')) AS standbys,
             (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - query_start)), 0)::bigint
                FROM pg_stat_activity
               WHERE wait_event = 'SyncRep' AND datname = current_database()) AS waited_seconds""";
}
