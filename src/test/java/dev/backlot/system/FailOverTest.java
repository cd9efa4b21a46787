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
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real nodes whose primary is lost, with a synchronous standby that takes its place. */
class FailOverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("database.failover", "synchronous"),
          Map.entry("database.connect-timeout", "1s"),
          Map.entry("cluster.enabled", "true"),
          Map.entry("node.lease", "3s"),
          Map.entry("node.heartbeat", "500ms"),
          Map.entry("poll.first", "100ms"),
          Map.entry("poll.shortest", "100ms"),
          Map.entry("poll.longest", "500ms"),
          Map.entry("simulator.time-factor", "50"));

  @TempDir static Path directory;

  @Test
  void jobs_go_on_with_the_standby_when_the_primary_is_lost_and_none_is_lost_or_paid_twice()
      throws Exception {
    OwnServer.start(directory.resolve("primary")).close();
    OwnServer.copyForStandby(directory.resolve("primary"), directory.resolve("standby"));
    OwnServer primary = OwnServer.start(directory.resolve("primary"));
    Path home = Files.createDirectory(directory.resolve("node"));
    try (OwnServer standby = OwnServer.startStandby(directory.resolve("standby"), primary);
        MovableAddress address = MovableAddress.of(primary.port())) {
      waitFor(primary);
      try (BacklotProcess one = BacklotProcess.startOn(address.port(), home, SETTINGS);
          BacklotProcess other =
              BacklotProcess.beside(one, BacklotProcess.on(address.port(), home, SETTINGS))) {
        assertThat(readiness(one)).isEqualTo("up");
        List<String> jobs = new ArrayList<>();
        submit(20, List.of(one.client(), other.client(one.demoKey())), jobs);

        primary.kill();
        Eventually.until("down", PATIENCE, () -> readiness(one).equals("down"));
        Answer refused = one.client().post("/api/v1/jobs", Api.body("a paper boat"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isNotEmpty();
        standby.promote();
        address.moveTo(standby.port());

        submit(20, List.of(other.client(one.demoKey()), one.client()), jobs);
        Jobs.awaitAll(other.client(one.demoKey()), jobs, "succeeded");
        new Books(one).assertExact();
        // The one that is left has no standby, and says so.
        Eventually.until("degraded", PATIENCE, () -> readiness(one).equals("degraded"));
      }
    }
  }

  /** The nodes' commits wait for the standby, and their role may see that. */
  static void waitFor(OwnServer primary) {
    primary.execute(
        "GRANT pg_read_all_stats TO backlot_app",
        "ALTER SYSTEM SET synchronous_standby_names = '*'",
        "SELECT pg_reload_conf()");
    primary.await("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
  }

  /** As a careful back end does: what is refused is sent again to the next, under the same key. */
  private static void submit(int count, List<Api> nodes, List<String> jobs) {
    for (int n = 0; n < count; n++) {
      String key = UUID.randomUUID().toString();
      List<Answer> answers = new ArrayList<>();
      Eventually.until(
          "accepted",
          PATIENCE,
          () -> {
            Api node = nodes.get(answers.size() % nodes.size());
            answers.add(
                node.post("/api/v1/jobs", Api.body("a paper boat"), "Idempotency-Key", key));
            return last(answers).status() == 202;
          });
      assertThat(answers).allMatch(answer -> answer.status() == 202 || answer.status() == 503);
      jobs.add(last(answers).json().getString("id"));
    }
  }

  private static Answer last(List<Answer> answers) {
    return answers.get(answers.size() - 1);
  }

  private static String readiness(BacklotProcess node) {
    return Api.json(node.management() + "/health/ready").getString("status");
  }
}
