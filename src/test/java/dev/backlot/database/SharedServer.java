package dev.backlot.database;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.system.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one PostgreSQL of a test JVM, started when the first test asks for it. It makes and removes
 * databases on a thread of its own, one after the other: one is always made ahead. Who takes the
 * next waits until all that were given back before are gone, so there are never many.
 */
final class SharedServer {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int PORT = start();

  /** Of the thread below alone. */
  private static final Connection SUPERUSER = superuser();

  private static final ExecutorService BEHIND =
      Executors.newSingleThreadExecutor(SharedServer::daemon);

  private static Future<String> next = BEHIND.submit(SharedServer::make);

  private SharedServer() {}

  static int port() {
    return PORT;
  }

  /** The name of a database that is the caller's alone. */
  static synchronized String take() {
    Future<String> taken = next;
    next = BEHIND.submit(SharedServer::make);
    try {
      return taken.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new AssertionError("no database", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  /**
   * Whoever is still connected to it is thrown out. What fails here would fail the next creation,
   * too; what is left behind goes with the server.
   */
  static void drop(String name) {
    BEHIND.submit(() -> execute("DROP DATABASE " + name + " WITH (FORCE)"));
  }

  private static String make() throws SQLException {
    String name = "test_" + NUMBER.incrementAndGet();
    execute(
        "CREATE DATABASE %s TEMPLATE %s OWNER %s"
            .formatted(name, DatabaseConfig.NAME, DatabaseConfig.OWNER));
    return name;
  }

  private static boolean execute(String sql) throws SQLException {
    try (Statement statement = SUPERUSER.createStatement()) {
      return statement.execute(sql);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "databases");
    thread.setDaemon(true);
    return thread;
  }

  private static Connection superuser() {
    String url = "jdbc:postgresql://" + DatabaseConfig.LOOPBACK + ":" + PORT + "/postgres";
    try {
      return DriverManager.getConnection(url, "postgres", "");
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  private static int start() {
    try {
      Path parent = Files.createTempDirectory("backlot-test-");
      Path directory = parent.resolve("postgres");
      PreparedDatabase.copyTo(directory);
      EmbeddedDatabase server =
          EmbeddedDatabase.start(
              new EmbeddedDatabase.Settings(
                  directory, PreparedDatabase.programs(), FreePorts.next(), false));
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> PreparedDatabase.remove(server, parent)));
      return server.port();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
