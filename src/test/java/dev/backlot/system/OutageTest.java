package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that is down, full, or refuses: jobs wait, and nobody pays for it. */
class OutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path directory;
  private static BacklotProcess backlot;

  @BeforeAll
  static void start() {
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry("provider.breaker.failures", "3"),
            Map.entry("provider.breaker.reset", "1s"),
            Map.entry("dispatch.unknown-horizon", "2s"),
            // With a horizon that is shorter than the outage, each attempt in it ends as not there.
            Map.entry("dispatch.max-attempts", "20"),
            Map.entry("dispatch.lookup-base", "100ms"),
            Map.entry("dispatch.lookup-cap", "1s"),
            Map.entry("dispatch.probe-interval", "500ms"),
            Map.entry("simulator.time-factor", "200"),
            Map.entry("simulator.slots", "2"),
            Map.entry("poll.first", "100ms"),
            Map.entry("poll.shortest", "100ms"));
    backlot = BacklotProcess.start(directory, settings);
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  @Test
  void jobs_wait_through_an_outage_and_the_breaker_opens_and_closes_again() {
    Api.postTo(
        backlot.control() + "/faults",
        "{\"fault\":\"reset\",\"target\":\"create\",\"for\":\"6s\"}");
    List<String> jobs = submit(8, "a boat in a storm");
    Eventually.until(
        "the breaker of creates is open",
        PATIENCE,
        () -> breakers().anyMatch(line -> line.contains("create") && isOpen(line)));

    Jobs.awaitAll(backlot.client(), jobs, "succeeded");
    Eventually.until(
        "the breaker is closed again", PATIENCE, () -> breakers().noneMatch(OutageTest::isOpen));
    new Books(backlot).assertExact();
  }

  @Test
  void what_the_content_policy_refuses_fails_costs_nothing_and_opens_no_breaker() {
    List<String> jobs = submit(6, "[sim:moderate] a boat");
    jobs.addAll(submit(6, "[sim:moderate-task] a boat"));
    Jobs.awaitAll(backlot.client(), jobs, "failed");
    JsonObject error = backlot.client().job(jobs.get(0)).getJsonObject("error");
    assertThat(error.getString("code")).isEqualTo("content-rejected");
    assertThat(breakers().filter(OutageTest::isOpen)).isEmpty();
    new Books(backlot).assertExact();
  }

  private static List<String> submit(int count, String prompt) {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(backlot.client().submit(prompt));
    }
    return jobs;
  }

  private static Stream<String> breakers() {
    return Api.text(backlot.management() + "/metrics")
        .lines()
        .filter(line -> line.startsWith("backlot_breaker"));
  }

  private static boolean isOpen(String line) {
    return !line.contains("closed") && line.contains("open") && line.endsWith(" 1.0");
  }
}
