package dev.backlot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the embedded PostgreSQL of a process has logged. */
final class PostgresLog {
  private PostgresLog() {}

  static String of(Path dataDirectory) {
    try (Stream<Path> files = Files.walk(dataDirectory.resolve("postgres/data/log"))) {
      return files
          .filter(Files::isRegularFile)
          .map(PostgresLog::read)
          .collect(Collectors.joining());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
