package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order to stop, given before the service runs. */
class StartSignalTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"starting PostgreSQL", "bringing the database schema up to date"})
  void a_start_that_is_stopped_leaves_no_server_behind(String during) throws IOException {
    try (BacklotProcess process = BacklotProcess.startUntil(directory, during)) {
      process.stop();

      try (Stream<Path> files = Files.walk(directory)) {
        assertThat(files.filter(file -> file.endsWith("postmaster.pid"))).isEmpty();
      }
    }
  }
}
