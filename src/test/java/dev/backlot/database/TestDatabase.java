package dev.backlot.database;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DatabaseTls;
import dev.backlot.store.Migrations;
import dev.backlot.store.Pools;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A fresh, migrated database for one test or test class:
 *
 * <pre>
 *   try (TestDatabase database = TestDatabase.create(vertx)) { ... database.pool() ... }
 * </pre>
 *
 * All of a test JVM's databases live on one embedded server (fsync off, any free port, temporary
 * directory), which stops with the JVM. Each is copied from a template in some 50 ms.
 */
public final class TestDatabase implements AutoCloseable {
  private static final String TEMPLATE = "backlot_template";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final DatabaseConfig config;
  private final Pool pool;

  private TestDatabase(DatabaseConfig config, Pool pool) {
    this.config = config;
    this.pool = pool;
  }

  public static TestDatabase create(Vertx vertx) {
    String name = "test_" + NUMBER.incrementAndGet();
    Server.asSuperuser(
        "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE + " OWNER " + DatabaseConfig.OWNER);
    DatabaseConfig config = Server.config(name);
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
    try (Connection connection = owner();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new AssertionError("no row: " + sql);
      }
      return String.valueOf(row.getString(1));
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  public long number(String sql) {
    return Long.parseLong(text(sql));
  }

  @Override
  public void close() {
    try {
      pool.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception notClosed) {
      throw new AssertionError("the pool does not close", notClosed);
    } finally {
      Server.asSuperuser("DROP DATABASE " + config.name() + " WITH (FORCE)");
    }
  }

  private Connection connect(String user) {
    try {
      return DriverManager.getConnection(config.jdbcUrl(), user, "");
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  // Not in Server: when its start has failed, that class is of no more use.
  private static void stop(EmbeddedDatabase server, Path directory) {
    server.stop();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException leftOver) {
      System.err.println("left behind: " + directory);
    }
  }

  /** The one server of this JVM, started when the first test asks for it. */
  private static final class Server {
    private static final int PORT = start();

    private static int start() {
      try {
        Path directory = Files.createTempDirectory("backlot-test-");
        Path programs = Path.of(System.getProperty("java.io.tmpdir"), "backlot-test-programs");
        EmbeddedDatabase server =
            EmbeddedDatabase.start(new EmbeddedDatabase.Settings(directory, programs, 0, false));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory)));
        asSuperuser(
            server.port(), "CREATE DATABASE " + TEMPLATE + " OWNER " + DatabaseConfig.OWNER);
        Migrations.run(config(server.port(), TEMPLATE));
        return server.port();
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }

    static DatabaseConfig config(String name) {
      return config(PORT, name);
    }

    static void asSuperuser(String sql) {
      asSuperuser(PORT, sql);
    }

    private static void asSuperuser(int port, String sql) {
      String url = "jdbc:postgresql://" + DatabaseConfig.LOOPBACK + ":" + port + "/postgres";
      try (Connection connection = DriverManager.getConnection(url, "postgres", "");
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException failure) {
        throw new AssertionError(failure);
      }
    }

    private static DatabaseConfig config(int port, String name) {
      return new DatabaseConfig(
          DatabaseConfig.Mode.EXTERNAL,
          Path.of(""),
          DatabaseConfig.LOOPBACK,
          port,
          name,
          true,
          DatabaseConfig.OWNER,
          Optional.empty(),
          DatabaseConfig.APP,
          Optional.empty(),
          10,
          10_000,
          DatabaseTls.DISABLED,
          DatabaseConfig.Failover.NONE,
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10));
    }
  }
}
