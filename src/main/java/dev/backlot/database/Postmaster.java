package dev.backlot.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The live server process of a data directory, found through its {@code postmaster.pid}: line 1 is
 * the process id, line 4 the port.
 */
record Postmaster(ProcessHandle process, int port) {
  private static final String PID_FILE = "postmaster.pid";
  private static final int PORT_LINE = 3;

  /**
   * Empty when none is alive. A file whose process id now belongs to another program (a reboot, a
   * restarted container) is removed: PostgreSQL itself would refuse to start because of it.
   */
  static Optional<Postmaster> of(Path data) {
    Path file = data.resolve(PID_FILE);
    List<String> lines = read(file);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    // A negative number marks a single-user server.
    long pid = Math.abs(Long.parseLong(lines.get(0).strip()));
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return Optional.empty();
    }
    if (!isPostgres(process.get())) {
      delete(file);
      return Optional.empty();
    }
    int port = lines.size() > PORT_LINE ? Integer.parseInt(lines.get(PORT_LINE).strip()) : 0;
    return Optional.of(new Postmaster(process.get(), port));
  }

  /**
   * A fast shutdown: open transactions are rolled back, everything committed is on disk.
   *
   * @throws IllegalStateException when it is still alive after {@code patience}
   */
  void stop(Duration patience) {
    interrupt();
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException stillAlive) {
      throw new IllegalStateException(
          "PostgreSQL with process id " + process.pid() + " did not stop within " + patience,
          stillAlive);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL was stopping", interrupted);
    }
  }

  /** SIGINT. Java itself can only send SIGTERM, upon which PostgreSQL waits for its clients. */
  private void interrupt() {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
          .redirectErrorStream(true)
          .start()
          .onExit()
          .join();
    } catch (IOException cannotSignal) {
      throw new UncheckedIOException("cannot signal PostgreSQL", cannotSignal);
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    String command =
        process
            .info()
            .command()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "process "
                            + process.pid()
                            + " may be a PostgreSQL of another user on this data directory"));
    return Path.of(command).endsWith("postgres");
  }

  private static List<String> read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + file, unreadable);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException undeletable) {
      throw new UncheckedIOException("cannot delete " + file, undeletable);
    }
  }
}
