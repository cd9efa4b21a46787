package dev.backlot.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Lets a migration wait for a lock for two seconds at most. A table that it alters it needs alone:
 * while it waits for somebody who reads for long, a backup say, everybody else waits behind it, and
 * so would every node that serves. An index that is built concurrently is built outside of a
 * transaction and waits as long as it must: nobody waits for it.
 */
final class BriefLocks extends BaseCallback {
  /** PostgreSQL's code for a lock that was not had in time. */
  static final String NOT_AVAILABLE = "55P03";

  private static final String TWO_SECONDS = "SET LOCAL lock_timeout = '2s'";

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_EACH_MIGRATE;
  }

  @Override
  public void handle(Event event, Context context) {
    Connection connection = context.getConnection();
    try {
      if (connection.getAutoCommit()) {
        return;
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute(TWO_SECONDS);
      }
    } catch (SQLException failure) {
      throw new FlywayException("cannot bound how long a lock is waited for", failure);
    }
  }
}
