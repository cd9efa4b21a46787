package dev.backlot.database;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DatabaseTls;
import dev.backlot.store.Pools;
import dev.backlot.system.FreePorts;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL of a test's own, durable as in production, whose settings the test may change. */
public final class OwnServer implements AutoCloseable {
  private final Path directory;
  private final EmbeddedDatabase server;

  private OwnServer(Path directory) {
    this.directory = directory;
    this.server =
        EmbeddedDatabase.start(
            new EmbeddedDatabase.Settings(
                directory, PreparedDatabase.programs(), FreePorts.next(), true));
  }

  /** With roles and schema, and nothing in it if the directory is new. */
  public static OwnServer start(Path directory) {
    if (!Files.exists(directory)) {
      PreparedDatabase.copyTo(directory);
    }
    return new OwnServer(directory);
  }

  /** A hot standby of the server in {@code primary}, which must not be running yet. */
  public static void copyForStandby(Path primary, Path standby) {
    PreparedDatabase.copy(primary, standby);
    try {
      Files.createFile(standby.resolve("data/standby.signal"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public static OwnServer startStandby(Path directory, OwnServer primary) {
    try {
      Files.writeString(
          directory.resolve("data/postgresql.auto.conf"),
          "primary_conninfo = 'host=127.0.0.1 port="
              + primary.port()
              + " user=postgres application_name=standby'\n");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return start(directory);
  }

  public int port() {
    return server.port();
  }

  public Path data() {
    return directory.resolve("data");
  }

  public DatabaseConfig config(String host, DatabaseTls tls) {
    return new DatabaseConfig(
        DatabaseConfig.Mode.EXTERNAL,
        Path.of(""),
        host,
        port(),
        DatabaseConfig.NAME,
        true,
        DatabaseConfig.OWNER,
        Optional.empty(),
        DatabaseConfig.APP,
        Optional.empty(),
        2,
        100,
        tls,
        DatabaseConfig.Failover.SYNCHRONOUS,
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Duration.ofSeconds(10));
  }

  public Pool pool(Vertx vertx, String host, DatabaseTls tls) {
    return Pools.create(vertx, config(host, tls), "backlot test");
  }

  /** As the superuser, whose own commits wait for no standby. */
  public void execute(String... sql) {
    try (Connection connection = superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = local");
      for (String each : sql) {
        statement.execute(each);
      }
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Returns once the query answers true. */
  public void await(String query) {
    Instant patience = Instant.now().plusSeconds(30);
    try (Connection connection = superuser();
        Statement statement = connection.createStatement()) {
      while (!isTrue(statement, query)) {
        if (Instant.now().isAfter(patience)) {
          throw new AssertionError("never true: " + query);
        }
      }
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  /** As the loss of a machine does it; there is nothing to close afterwards. */
  public void kill() {
    ProcessHandle postmaster = Postmaster.of(data()).orElseThrow().process();
    postmaster.destroyForcibly();
    postmaster.onExit().join();
  }

  /** All its processes are there, its connections stay open, and nothing answers. */
  public void freeze() {
    signal("-STOP");
  }

  public void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    ProcessHandle postmaster = Postmaster.of(data()).orElseThrow().process();
    List<String> command = new ArrayList<>(List.of("kill", signal));
    command.add(Long.toString(postmaster.pid()));
    postmaster.descendants().forEach(each -> command.add(Long.toString(each.pid())));
    try {
      int code = new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
      if (code != 0) {
        throw new AssertionError("could not send " + signal);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** This standby is the primary from then on. */
  public void promote() {
    await("SELECT pg_promote()");
  }

  @Override
  public void close() {
    server.stop();
  }

  private Connection superuser() throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + port() + "/" + DatabaseConfig.NAME;
    return DriverManager.getConnection(url + "?sslmode=disable", "postgres", "");
  }

  private static boolean isTrue(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
