package dev.backlot.database;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DatabaseTls;
import dev.backlot.store.Migrations;
import dev.backlot.system.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of a PostgreSQL as a first start leaves it: unpacked, with the roles, the database
 * and its schema, and nothing in it. Made once in a test JVM; a copy costs tenths of the seconds
 * that a first start costs.
 */
public final class PreparedDatabase {
  private PreparedDatabase() {}

  /**
   * Before a first start there.
   *
   * @param directory the {@code database.directory}, which must not exist
   */
  public static void copyTo(Path directory) {
    try {
      Files.createDirectories(directory.toAbsolutePath().getParent());
      copy(Original.DIRECTORY, directory);
      link(programs(), directory.resolve("programs"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Every file under a second name: nobody changes these. */
  private static void link(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path second = to.resolve(from.relativize(file));
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(second);
        } else {
          Files.createLink(second, file);
        }
      }
    }
  }

  /** PostgreSQL's own files, unpacked once and shared by all servers of all tests. */
  static Path programs() {
    return Path.of(System.getProperty("java.io.tmpdir"), "backlot-test-programs");
  }

  /** With its attributes: PostgreSQL insists on a data directory that is its own alone. */
  static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** With all that is in it. */
  public static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException leftOver) {
      System.err.println("left behind: " + directory);
    }
  }

  /** Stops it, and deletes the directory. */
  static void remove(EmbeddedDatabase server, Path directory) {
    server.stop();
    delete(directory);
  }

  static DatabaseConfig config(int port, String name) {
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

  /** Made when the first test asks for it, deleted with the JVM. */
  private static final class Original {
    private static final Path DIRECTORY = make();

    private static Path make() {
      try {
        Path directory = Files.createTempDirectory("backlot-test-prepared-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        EmbeddedDatabase server =
            EmbeddedDatabase.start(
                new EmbeddedDatabase.Settings(directory, programs(), FreePorts.next(), false));
        Migrations.run(config(server.port(), DatabaseConfig.NAME));
        server.stop();
        return directory;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
