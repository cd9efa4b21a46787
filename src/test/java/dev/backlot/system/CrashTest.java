package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promises P1, P2 and P3 when the process is killed: everything in one process, as a laptop has it.
 */
class CrashTest {
  private static final Duration ALL_ENDED = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void ten_running_jobs_survive_a_kill_and_are_paid_once() {
    Map<String, String> settings = Map.of("node.lease", "3s", "node.heartbeat", "500ms");
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings)) {
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        jobs.add(backlot.client().submit("a paper boat, take " + i));
      }
      Eventually.until(
          "some jobs are running",
          Duration.ofSeconds(20),
          () -> new Books(backlot).simulator().getInteger("accepted") >= 3);

      backlot.kill();
      backlot.restart();

      Api api = backlot.client();
      Eventually.until(
          "all jobs succeeded",
          ALL_ENDED,
          () -> jobs.stream().allMatch(id -> api.job(id).getString("state").equals("succeeded")));
      new Books(backlot).assertExact();
      assertThat(new Books(backlot).simulator().getInteger("accepted")).isEqualTo(10);
    }
  }
}
