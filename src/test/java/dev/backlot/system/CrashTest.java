package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promises P1, P2 and P3 when the process is killed: everything in one process, as a laptop has it.
 * Tasks render for an hour; the test moves the simulator's clock.
 */
class CrashTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void ten_running_jobs_survive_a_kill_and_are_paid_once() {
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings())) {
      Books books = new Books(backlot);
      List<String> jobs = submit(backlot, 10, "a paper boat");
      awaitAttempts(books, "running", 10);
      assertThat(inFlight(books)).isEqualTo(10);

      backlot.kill();
      backlot.restart();

      assertThat(inFlight(books)).isEqualTo(10);
      finish(backlot, jobs);
      assertThat(books.simulator().getInteger("received")).as("creates since").isZero();
      assertPaidOnce(books);
    }
  }

  /** Five of the sends have not reached the account, five have, and nobody was told which. */
  @Test
  void ten_sends_cut_off_by_a_kill_are_looked_up_and_become_one_task_each() {
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings())) {
      Books books = new Books(backlot);
      Api.postTo(backlot.control() + "/faults", "{\"fault\":\"hang\",\"count\":5}");
      List<String> jobs = submit(backlot, 5, "a paper boat that nobody sees");
      Eventually.until(
          "five sends hang", PATIENCE, () -> books.simulator().getInteger("dropped") == 5);
      jobs.addAll(submit(backlot, 5, "[sim:slow=10m] a paper boat"));
      Eventually.until(
          "five tasks were made", PATIENCE, () -> books.simulator().getInteger("accepted") == 5);
      awaitAttempts(books, "claimed", 10);

      backlot.kill();
      backlot.restart();

      awaitAttempts(books, "running", 10);
      finish(backlot, jobs);
      assertThat(books.simulator().getInteger("received"))
          .as("creates since: the five without a task")
          .isEqualTo(5);
      assertPaidOnce(books);
    }
  }

  /**
   * The acceptance is known here, and its commit waits for a lock of ours when the process dies.
   */
  @Test
  void an_answer_that_was_not_recorded_before_a_kill_is_looked_up_and_paid_once() throws Exception {
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings());
        Connection ours = DriverManager.getConnection(backlot.jdbcUrl(), DatabaseConfig.APP, "")) {
      Books books = new Books(backlot);
      List<String> jobs = submit(backlot, 1, "[sim:slow=6s] a paper boat");
      Eventually.until(
          "the task was made", PATIENCE, () -> books.simulator().getInteger("accepted") == 1);
      ours.setAutoCommit(false);
      try (Statement lock = ours.createStatement()) {
        lock.execute("SELECT id FROM attempt FOR UPDATE");
        lock.execute("SELECT id FROM job FOR UPDATE");
      }
      Eventually.until(
          "the answer waits to be recorded",
          PATIENCE,
          () -> books.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

      backlot.kill();
      ours.rollback();
      backlot.restart();

      awaitAttempts(books, "running", 1);
      finish(backlot, jobs);
      assertThat(books.simulator().getInteger("received")).as("creates since").isZero();
      assertThat(books.number("SELECT count(*) FROM attempt")).isEqualTo(1);
      books.assertExact();
    }
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("provider.accounts[0].slots.default", "10");
    settings.put("provider.deadlines.create", "5m");
    settings.put("simulator.slots", "10");
    settings.put("node.lease", "3s");
    settings.put("node.heartbeat", "500ms");
    return settings;
  }

  private static List<String> submit(BacklotProcess backlot, int count, String prompt) {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(backlot.client().submit(prompt + ", take " + i));
    }
    return jobs;
  }

  private static void awaitAttempts(Books books, String state, int count) {
    Eventually.until(
        count + " attempts are " + state,
        PATIENCE,
        () -> books.number("SELECT count(*) FROM attempt WHERE state = '" + state + "'") == count);
  }

  private static void finish(BacklotProcess backlot, List<String> jobs) {
    backlot.letRender();
    Api api = backlot.client();
    Eventually.until(
        "all jobs succeeded",
        PATIENCE,
        () -> jobs.stream().allMatch(id -> api.job(id).getString("state").equals("succeeded")));
  }

  private static int inFlight(Books books) {
    JsonObject slots = books.simulator().getJsonObject("slots");
    return slots.getJsonObject("kling-v2-6/video").getInteger("in_flight");
  }

  private static void assertPaidOnce(Books books) {
    JsonObject simulator = books.simulator();
    assertThat(simulator.getInteger("accepted")).isEqualTo(10);
    assertThat(simulator.getInteger("duplicates")).isZero();
    assertThat(books.number("SELECT count(*) FROM attempt")).as("attempts, ever").isEqualTo(10);
    assertThat(books.number("SELECT count(*) FROM reservation WHERE outcome = 'settled'"))
        .isEqualTo(10);
    assertThat(books.balance("provider_drift")).isZero();
    assertThat(books.balance("provider_loss")).isZero();
    books.assertExact();
  }
}
