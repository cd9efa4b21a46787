package dev.backlot.database;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.store.Pools;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A fresh, migrated database for one test or test class:
 *
 * <pre>
 *   try (TestDatabase database = TestDatabase.create(vertx)) { ... database.pool() ... }
 * </pre>
 *
 * All of a test JVM's databases live on one embedded server (fsync off, any free port, temporary
 * directory), which stops with the JVM. Each is copied from a template while the test before it
 * runs, and removed while the next one does.
 */
public final class TestDatabase implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final DatabaseConfig config;
  private final Pool pool;
  private final Lock reading = new ReentrantLock();
  private @Nullable Connection reader;

  private TestDatabase(DatabaseConfig config, Pool pool) {
    this.config = config;
    this.pool = pool;
  }

  public static TestDatabase create(Vertx vertx) {
    DatabaseConfig config = PreparedDatabase.config(SharedServer.port(), SharedServer.take());
    return new TestDatabase(config, Pools.create(vertx, config, "backlot test"));
  }

  public DatabaseConfig config() {
    return config;
  }

  /** The same for a pool of its own. */
  public DatabaseConfig config(int connections, int waiting, Duration connectTimeout) {
    return new DatabaseConfig(
        config.mode(),
        config.directory(),
        config.host(),
        config.port(),
        config.name(),
        config.migrates(),
        config.ownerUser(),
        config.ownerPassword(),
        config.appUser(),
        config.appPassword(),
        connections,
        waiting,
        config.tls(),
        config.failover(),
        connectTimeout,
        config.statementTimeout(),
        config.commitDeadline());
  }

  /** As backlot_app, ten connections; closed with the database. */
  public Pool pool() {
    return pool;
  }

  /** A connection as the owner. The caller closes it. */
  public Connection owner() {
    return connect(config.ownerUser());
  }

  /** A connection as the serving role, for what it must not be able to do. The caller closes it. */
  public Connection app() {
    return connect(config.appUser());
  }

  /** Runs statements as the owner. */
  public void execute(String... sql) {
    try (Connection connection = owner();
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  /** The clock by which nodes compare times is as much ahead. */
  public void putOn(Duration ahead) {
    clockIs("clock_timestamp() + interval '" + ahead.toMillis() + " milliseconds'");
  }

  /** The clock by which nodes compare times stands still. */
  public void stopClock(Instant at) {
    clockIs("timestamptz '" + at + "'");
  }

  private void clockIs(String sql) {
    execute(
        "CREATE OR REPLACE FUNCTION backlot_now() RETURNS timestamptz"
            + " LANGUAGE sql STABLE AS $$ SELECT "
            + sql
            + " $$");
  }

  /** The first column of the first row, as text; "null" for NULL. */
  public String text(String sql) {
    if (!reading.tryLock()) {
      // Somebody's query waits for something.
      try (Connection connection = owner()) {
        return text(connection, sql);
      } catch (SQLException failure) {
        throw new AssertionError(failure);
      }
    }
    try {
      if (reader == null || !reader.isValid(PATIENCE_SECONDS)) {
        reader = owner();
      }
      return text(reader, sql);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    } finally {
      reading.unlock();
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new AssertionError("no row: " + sql);
      }
      return String.valueOf(row.getString(1));
    }
  }

  public long number(String sql) {
    return Long.parseLong(text(sql));
  }

  @Override
  public void close() {
    try {
      pool.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
      if (reader != null) {
        reader.close();
      }
    } catch (Exception notClosed) {
      throw new AssertionError("the pool does not close", notClosed);
    } finally {
      SharedServer.drop(config.name());
    }
  }

  private Connection connect(String user) {
    try {
      return DriverManager.getConnection(config.jdbcUrl(), user, "");
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
