package dev.backlot.benchmark;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DatabaseTls;
import dev.backlot.store.Pools;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** A PostgreSQL of ours on loopback, with the pool that the service itself would have. */
final class Database implements AutoCloseable {
  private static final int POOL_SIZE = 16;
  private static final int WAITING = 5_000;

  /** For a connection: a busy machine must not end a benchmark. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig config;
  private final Pool pool;

  Database(int port) {
    this.config = config(port);
    this.pool = Pools.create(vertx, config, "backlot benchmark");
  }

  static DatabaseConfig config(int port) {
    return new DatabaseConfig(
        DatabaseConfig.Mode.EXTERNAL,
        Path.of(""),
        DatabaseConfig.LOOPBACK,
        port,
        DatabaseConfig.NAME,
        true,
        DatabaseConfig.OWNER,
        Optional.empty(),
        DatabaseConfig.APP,
        Optional.empty(),
        POOL_SIZE,
        WAITING,
        DatabaseTls.DISABLED,
        DatabaseConfig.Failover.NONE,
        PATIENCE,
        Duration.ofSeconds(30),
        PATIENCE);
  }

  int port() {
    return config.port();
  }

  String jdbcUrl() {
    return config.jdbcUrl();
  }

  Vertx vertx() {
    return vertx;
  }

  Pool pool() {
    return pool;
  }

  RowSet<Row> query(String sql, Object... arguments) {
    return Await.result(pool.preparedQuery(sql).execute(Tuple.from(arguments)));
  }

  /** As the superuser of an embedded server. */
  void administer(String... statements) {
    try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), "postgres", "");
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /**
   * The first column of the first row, asked for as the superuser: the service's counts stay its
   * own.
   */
  double number(String sql) {
    try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new IllegalStateException("no row: " + sql);
      }
      return row.getDouble(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    Await.result(pool.close());
    Await.result(vertx.close());
  }
}
