package dev.backlot.store;

/**
 * For how long a transaction may be silent. PostgreSQL counts as silence also the time in which it
 * reads one long message, which over a slow link are many seconds.
 */
final class SilenceSql {
  private SilenceSql() {}

  /** As long as a statement may take. For the part that sends megabytes. */
  static final String ALLOW =
      """
      SELECT set_config('idle_in_transaction_session_timeout',
                        current_setting('statement_timeout'), true)""";

  /** As the session has it: before anything is locked that others need. */
  static final String END = "SET LOCAL idle_in_transaction_session_timeout TO DEFAULT";
}
