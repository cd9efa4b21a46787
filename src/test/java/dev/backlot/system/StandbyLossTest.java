package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.OwnServer;
import dev.backlot.system.Api.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node whose primary loses the synchronous standby and gets it back (promise P1). */
class StandbyLossTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration COMMIT_DEADLINE = Duration.ofSeconds(3);

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("database.failover", "synchronous"),
          Map.entry("database.connect-timeout", "1s"),
          Map.entry("database.commit-deadline", COMMIT_DEADLINE.toSeconds() + "s"),
          Map.entry("database.pool-size", "4"),
          Map.entry("node.lease", LEASE.toSeconds() + "s"),
          Map.entry("node.heartbeat", "500ms"),
          Map.entry("management.sample-interval", "1s"),
          // A commit that hung may have been a claim: whether it was sent is looked up for that
          // long.
          Map.entry("dispatch.unknown-horizon", "5s"),
          Map.entry("poll.first", "100ms"),
          Map.entry("poll.shortest", "100ms"),
          Map.entry("poll.longest", "500ms"),
          Map.entry("simulator.time-factor", "50"));

  @TempDir static Path directory;

  @Test
  void it_is_degraded_accepts_nothing_reads_and_goes_on_when_the_standby_is_back()
      throws Exception {
    OwnServer.start(directory.resolve("primary")).close();
    OwnServer.copyForStandby(directory.resolve("primary"), directory.resolve("standby"));
    Path home = Files.createDirectory(directory.resolve("node"));
    try (OwnServer primary = OwnServer.start(directory.resolve("primary"))) {
      OwnServer standby = OwnServer.startStandby(directory.resolve("standby"), primary);
      FailOverTest.waitFor(primary);
      try (BacklotProcess node = BacklotProcess.startOn(primary.port(), home, SETTINGS)) {
        Api api = node.client();
        List<String> jobs = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
          jobs.add(api.submit("a paper boat, take " + n));
        }

        standby.close();
        Eventually.until("degraded", PATIENCE, () -> status(node).equals("degraded"));
        String key = UUID.randomUUID().toString();
        Set<String> seen = new TreeSet<>();
        Set<Integer> refusals = new TreeSet<>();
        Instant longAfter = Instant.now().plus(LEASE.multipliedBy(4));
        while (Instant.now().isBefore(longAfter)) {
          Instant asked = Instant.now();
          Answer answer = api.post("/api/v1/jobs", Api.body("one more"), "Idempotency-Key", key);
          refusals.add(answer.status());
          assertThat(answer.header("Retry-After")).isNotEmpty();
          assertThat(Duration.between(asked, Instant.now()))
              .isLessThan(COMMIT_DEADLINE.multipliedBy(3));
          assertThat(api.job(jobs.get(0)).getString("id")).isEqualTo(jobs.get(0));
          seen.add(status(node));
        }
        assertThat(refusals).containsExactly(503);
        assertThat(seen).containsExactly("degraded");
        assertThat(Api.status(node.management() + "/health/ready")).isEqualTo(200);
        assertThat(readiness(node)).contains("no synchronous standby is connected");
        Eventually.until(
            "told to Prometheus",
            PATIENCE,
            () -> metrics(node).contains("backlot_database_commits_wait 1"));
        primary.await(
            "SELECT count(*) < 8 FROM pg_stat_activity WHERE application_name LIKE 'backlot%'");

        try (OwnServer again = OwnServer.start(directory.resolve("standby"))) {
          assertThat(again.port()).isPositive();
          jobs.add(accepted(api, key));
          Jobs.awaitAll(api, jobs, "succeeded");
          Eventually.until("up", PATIENCE, () -> status(node).equals("up"));
          new Books(node).assertExact();
        }
      }
    }
  }

  /** A machine that hangs, or a network that swallows: to the primary it is still connected. */
  @Test
  void it_accepts_nothing_and_reads_while_the_standby_is_frozen() throws Exception {
    OwnServer.start(directory.resolve("primary-2")).close();
    OwnServer.copyForStandby(directory.resolve("primary-2"), directory.resolve("standby-2"));
    Path home = Files.createDirectory(directory.resolve("node-2"));
    try (OwnServer primary = OwnServer.start(directory.resolve("primary-2"));
        OwnServer standby = OwnServer.startStandby(directory.resolve("standby-2"), primary)) {
      FailOverTest.waitFor(primary);
      try (BacklotProcess node = BacklotProcess.startOn(primary.port(), home, SETTINGS)) {
        Api api = node.client();
        List<String> jobs = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
          jobs.add(api.submit("a paper boat, take " + n));
        }

        standby.freeze();
        try {
          String key = UUID.randomUUID().toString();
          Instant longAfter = Instant.now().plus(LEASE.multipliedBy(5));
          while (Instant.now().isBefore(longAfter)) {
            Instant asked = Instant.now();
            Answer answer = api.post("/api/v1/jobs", Api.body("one more"), "Idempotency-Key", key);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            assertThat(Duration.between(asked, Instant.now()))
                .isLessThan(COMMIT_DEADLINE.multipliedBy(3));
            assertThat(api.job(jobs.get(0)).getString("id")).isEqualTo(jobs.get(0));
          }
          Eventually.until("degraded", PATIENCE, () -> status(node).equals("degraded"));
          assertThat(readiness(node)).contains("connected and does not answer");
        } finally {
          standby.thaw();
        }

        jobs.add(accepted(api, UUID.randomUUID().toString()));
        Jobs.awaitAll(api, jobs, "succeeded");
        Eventually.until("up", PATIENCE, () -> status(node).equals("up"));
        new Books(node).assertExact();
      }
    }
  }

  /** Asks again for as long as it is refused. */
  private static String accepted(Api api, String key) {
    List<String> accepted = new ArrayList<>();
    Eventually.until(
        "accepted",
        PATIENCE,
        () -> {
          Answer answer = api.post("/api/v1/jobs", Api.body("one more"), "Idempotency-Key", key);
          if (answer.status() == 202) {
            accepted.add(answer.json().getString("id"));
          }
          return !accepted.isEmpty();
        });
    return accepted.get(0);
  }

  private static String status(BacklotProcess node) {
    return Api.json(node.management() + "/health/ready").getString("status");
  }

  private static String readiness(BacklotProcess node) {
    return Api.text(node.management() + "/health/ready");
  }

  private static String metrics(BacklotProcess node) {
    return Api.text(node.management() + "/metrics");
  }
}
