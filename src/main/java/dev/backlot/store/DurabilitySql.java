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
   * a standby is NULL for a role that may not read it; processes of its own it always sees. When a
   * wait has begun nobody says, only its statement: so one look tells which of them wait, and which
   * of those have been under way for longer than a standby takes that is only slow (2 s).
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
             coalesce(waits.all_of_them, '{}') AS waiting,
             coalesce(waits.long_ones, '{}') AS waiting_long
        FROM (SELECT array_agg(statement) AS all_of_them,
                     array_agg(statement) FILTER (WHERE age >= interval '2 s') AS long_ones
                FROM (SELECT pid || ' ' || query_start AS statement,
                             clock_timestamp() - query_start AS age
                        FROM pg_stat_activity
                       WHERE wait_event = 'SyncRep' AND datname = current_database()
                         AND query_start IS NOT NULL) AS each
             ) AS waits""";
}
