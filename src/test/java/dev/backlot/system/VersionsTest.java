package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A roll to a version that adds to the schema: both versions work on one database meanwhile. */
class VersionsTest {
  /** One more migration, as the next version has. */
  private static final Path NEXT = Path.of("src/test/resources/next-version");

  private static final Map<String, String> FAST = Map.of("simulator.time-factor", "100");

  @TempDir Path directory;

  @Test
  void a_version_works_beside_the_next_one_and_starts_again_on_its_schema() {
    try (BacklotProcess old = BacklotProcess.start(directory, FAST, "INFO")) {
      List<String> jobs = submit(old.client(), 10);
      try (BacklotProcess next = BacklotProcess.beside(old, FAST, NEXT)) {
        assertThat(next.log()).contains("database schema is up to date");
        jobs.addAll(submit(next.client(old.demoKey()), 10));
        jobs.addAll(submit(old.client(), 10));
        Jobs.awaitAll(old.client(), jobs, "succeeded");
      }

      old.stop();
      old.restart();
      List<String> afterwards = submit(old.client(), 5);
      Jobs.awaitAll(old.client(), afterwards, "succeeded");
      new Books(old).assertExact();
    }
  }

  private static List<String> submit(Api api, int count) {
    List<String> jobs = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      jobs.add(api.submit("a paper boat, take " + n));
    }
    return jobs;
  }
}
