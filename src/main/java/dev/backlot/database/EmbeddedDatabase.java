package dev.backlot.database;

import dev.backlot.config.ConfigException;
import dev.backlot.config.DatabaseConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL beside this process, on loopback. A server that an earlier, killed process left
 * running on the same directory is used again. It is stopped by {@link #stop} alone, as the last
 * step of a shutdown, never by a JVM hook: the drain still has to write.
 *
 * <p>Its own log is in {@code data/log} of its directory, one file per weekday, without statements
 * or values.
 */
public final class EmbeddedDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

  /** Values must be free of blanks: they travel through one option of {@code pg_ctl}. */
  private static final Map<String, String> SERVER =
      Map.ofEntries(
          Map.entry("listen_addresses", DatabaseConfig.LOOPBACK),
          Map.entry("unix_socket_directories", ""),
          Map.entry("timezone", "UTC"),
          Map.entry("max_connections", "300"),
          Map.entry("logging_collector", "on"),
          Map.entry("log_filename", "postgresql-%a.log"),
          Map.entry("log_rotation_age", "1d"),
          Map.entry("log_rotation_size", "0"),
          Map.entry("log_truncate_on_rotation", "on"),
          // Promise P7: a statement's text and values, and the row in a DETAIL line, may be a
          // prompt.
          Map.entry("log_error_verbosity", "terse"),
          Map.entry("log_min_error_statement", "panic"),
          Map.entry("log_parameter_max_length", "0"),
          Map.entry("log_parameter_max_length_on_error", "0"));

  private final Path data;
  private final int port;
  private final boolean reused;
  private final @Nullable EmbeddedPostgres started;

  /**
   * @param directory holds the data
   * @param programs where PostgreSQL is unpacked, once; may be shared by several servers
   * @param port to listen on; 0 for any free one
   * @param durable false only for tests: a crash of the machine may then lose everything
   */
  public record Settings(Path directory, Path programs, int port, boolean durable) {
    public static Settings of(DatabaseConfig config) {
      Path directory = config.directory().toAbsolutePath();
      return new Settings(directory, directory.resolve("programs"), config.port(), true);
    }
  }

  private EmbeddedDatabase(
      Path data, int port, boolean reused, @Nullable EmbeddedPostgres started) {
    this.data = data;
    this.port = port;
    this.reused = reused;
    this.started = started;
  }

  /**
   * Starts the server, or finds it running, and makes sure that both roles and the database exist.
   * Takes about a second; three more when PostgreSQL must be unpacked first.
   *
   * @throws ConfigException when the port is taken
   */
  public static EmbeddedDatabase start(Settings settings) {
    Path data = settings.directory().resolve("data");
    EmbeddedDatabase database = stillRunning(data).orElseGet(() -> startServer(settings, data));
    EmbeddedRoles.ensure(database.port);
    return database;
  }

  public int port() {
    return port;
  }

  /** Whether the server had been left running by an earlier process. */
  public boolean reused() {
    return reused;
  }

  /**
   * Stops the server, whoever started it, unless another node serves from it: then that one stops
   * it, or the next that is the last. Everything committed is on disk afterwards.
   */
  public void stop() {
    if (EmbeddedRoles.inUse(port)) {
      LOG.atInfo().addKeyValue("port", port).log("PostgreSQL stays for another node that uses it");
      return;
    }
    end();
  }

  /**
   * Ends the server, whoever uses it, and starts it again on its port: their connections break.
   *
   * @return the server that is there from now on
   */
  public EmbeddedDatabase restart(Settings settings) {
    end();
    return start(new Settings(settings.directory(), settings.programs(), port, settings.durable()));
  }

  private void end() {
    closeOwn();
    // Still there when it was found running, or when its last checkpoint takes longer than zonky
    // waits.
    Postmaster.of(data).ifPresent(live -> live.stop(STOP_PATIENCE));
    LOG.atInfo().addKeyValue("port", port).log("PostgreSQL stopped");
  }

  private void closeOwn() {
    if (started == null) {
      return;
    }
    try {
      started.close();
    } catch (IOException failure) {
      LOG.warn("PostgreSQL is asked to stop once more", failure);
    }
  }

  private static Optional<EmbeddedDatabase> stillRunning(Path data) {
    Optional<Postmaster> found = Postmaster.of(data);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Postmaster postmaster = found.get();
    if (EmbeddedRoles.answers(postmaster.port(), data)) {
      LOG.atInfo()
          .addKeyValue("port", postmaster.port())
          .log("PostgreSQL was left running on this directory and is used again");
      return Optional.of(new EmbeddedDatabase(data, postmaster.port(), true, null));
    }
    LOG.atWarn()
        .addKeyValue("pid", postmaster.process().pid())
        .log("PostgreSQL on this directory does not answer and is restarted");
    postmaster.stop(STOP_PATIENCE);
    return Optional.empty();
  }

  private static EmbeddedDatabase startServer(Settings settings, Path data) {
    refuseTakenPort(settings.port());
    try {
      Files.createDirectories(settings.directory());
      EmbeddedPostgres postgres = builder(settings, data).start();
      LOG.atInfo().addKeyValue("port", postgres.getPort()).log("PostgreSQL started");
      return new EmbeddedDatabase(data, postgres.getPort(), false, postgres);
    } catch (IOException failure) {
      throw new UncheckedIOException("PostgreSQL did not start; its log is in " + data, failure);
    }
  }

  private static EmbeddedPostgres.Builder builder(Settings settings, Path data) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setOverrideWorkingDirectory(settings.programs().toFile())
            .setRegisterShutdownHook(false)
            .setPGStartupWait(START_PATIENCE)
            // The same order and case rules on every machine, whatever its locale.
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8");
    if (settings.port() != 0) {
      builder.setPort(settings.port());
    }
    SERVER.forEach(builder::setServerConfig);
    String durable = settings.durable() ? "on" : "off";
    return builder
        .setServerConfig("fsync", durable)
        .setServerConfig("synchronous_commit", durable)
        .setServerConfig("full_page_writes", durable);
  }

  private static void refuseTakenPort(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException taken) {
      throw new ConfigException(
          "database.port", "port " + port + " is taken by another process; choose a free one");
    }
  }
}
