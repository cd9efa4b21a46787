package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.OwnServer;
import dev.backlot.system.Api.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose database reads and does not write, as a disk that is full or a demoted primary. */
class ReadOnlyDatabaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Map<String, String> SETTINGS =
      Map.of(
          "poll.first", "100ms",
          "poll.shortest", "100ms",
          "poll.longest", "500ms",
          // What was claimed and not sent when the writes ended is sent again after it.
          "dispatch.unknown-horizon", "5s",
          "simulator.time-factor", "50");

  @TempDir static Path directory;

  @Test
  void it_refuses_new_jobs_says_so_and_goes_on_with_the_others_afterwards() throws Exception {
    Path home = Files.createDirectory(directory.resolve("node"));
    try (OwnServer server = OwnServer.start(directory.resolve("server"));
        BacklotProcess node = BacklotProcess.startOn(server.port(), home, SETTINGS)) {
      Api api = node.client();
      List<String> jobs = new ArrayList<>();
      for (int n = 0; n < 10; n++) {
        jobs.add(api.submit("a paper boat, take " + n));
      }

      server.execute(
          "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
      Eventually.until("down", PATIENCE, () -> readiness(node).contains("takes no writes"));
      assertThat(Api.status(node.management() + "/health/ready")).isEqualTo(503);
      Answer refused = api.post("/api/v1/jobs", Api.body("one more"));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isNotEmpty();
      assertThat(api.job(jobs.get(0)).getString("id")).isEqualTo(jobs.get(0));

      server.execute(
          "SET default_transaction_read_only = off",
          "ALTER SYSTEM RESET default_transaction_read_only",
          "SELECT pg_reload_conf()");
      Jobs.awaitAll(api, jobs, "succeeded");
      Eventually.until("up", PATIENCE, () -> readiness(node).contains("\"status\":\"up\""));
      new Books(node).assertExact();
    }
  }

  private static String readiness(BacklotProcess node) {
    return Api.text(node.management() + "/health/ready");
  }
}
