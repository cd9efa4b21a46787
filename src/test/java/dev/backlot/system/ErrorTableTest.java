package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The provider's error table (Kling reference, section 8), walked from the submitted job to its
 * end, its bill, the breaker, the account and the alert. The provider says each code to every
 * create until the row has shown its effect; then it stops, and what waited must come to its end.
 */
class ErrorTableTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int JOBS = 3;

  /** What a code does beside the jobs that met it. */
  private enum Effect {
    /** The request was at fault: nothing else. */
    NONE,
    /** The provider is at fault: creates pause. */
    BREAKER,
    /** The account needs its operator: creates pause, and somebody is told. */
    PARKED,
    /** The account has fewer slots than we thought. */
    CEILING
  }

  @TempDir static Path directory;
  private static BacklotProcess backlot;
  private static Books books;

  @BeforeAll
  static void start() {
    backlot =
        BacklotProcess.start(
            directory,
            Map.ofEntries(
                Map.entry("provider.breaker.failures", "3"),
                Map.entry("provider.breaker.reset", "500ms"),
                Map.entry("provider.breaker.parking", "500ms"),
                Map.entry("alerting.interval", "100ms"),
                Map.entry("alerting.account-parked.window", "1s"),
                Map.entry("dispatch.refusal-base", "50ms"),
                Map.entry("dispatch.refusal-cap", "200ms"),
                Map.entry("dispatch.lookup-base", "50ms"),
                Map.entry("dispatch.lookup-cap", "200ms"),
                Map.entry("dispatch.probe-interval", "200ms"),
                Map.entry("dispatch.unknown-horizon", "1s"),
                Map.entry("dispatch.max-attempts", "20"),
                Map.entry("dispatch.max-sends", "20"),
                Map.entry("simulator.render", "immediate"),
                Map.entry("poll.first", "50ms"),
                Map.entry("poll.shortest", "50ms"),
                Map.entry("poll.longest", "100ms")));
    books = new Books(backlot);
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  @AfterEach
  void everything_is_well_again_and_every_credit_is_accounted_for() {
    stopSaying();
    Eventually.until("the provider counts as well", PATIENCE, () -> provider().equals("up"));
    Eventually.until("no alert is open", PATIENCE, () -> parkedAlerts() == 0);
    books.assertExact();
  }

  @ParameterizedTest(name = "{0} fails the job as {1}")
  @CsvSource({
    "1103, model-unavailable",
    "1200, provider-rejected",
    "1201, provider-rejected",
    "1202, provider-rejected",
    "1203, model-unavailable",
    "1300, content-rejected",
    "1301, content-rejected"
  })
  void what_only_the_sender_can_mend_fails_at_once_costs_nothing_and_touches_nobody_else(
      int number, String code) {
    int before = refused(number);
    say(number);

    List<String> jobs = submit();
    Jobs.awaitAll(backlot.client(), jobs, "failed");

    for (String id : jobs) {
      JsonObject job = backlot.client().job(id);
      assertThat(job.getJsonObject("error").getString("code")).isEqualTo(code);
      assertThat(job.getJsonObject("error").getString("detail").toLowerCase(Locale.ROOT))
          .isNotBlank()
          .doesNotContain("kling", String.valueOf(number), "http");
      assertThat(job.getString("charged")).isEqualTo("0");
    }
    assertThat(refused(number) - before).as("creates, one for each job").isEqualTo(JOBS);
    assertThat(effects()).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "1000, PARKED",
    "1001, PARKED",
    "1002, PARKED",
    "1003, PARKED",
    "1004, PARKED",
    "1100, PARKED",
    "1101, PARKED",
    "1102, PARKED",
    "1304, PARKED",
    "1302, BREAKER",
    "1303, CEILING",
    "5001, BREAKER"
  })
  void what_is_not_the_jobs_fault_makes_it_wait_and_burns_nothing_of_it(int number, Effect effect) {
    say(number);

    List<String> jobs = submit();
    Eventually.until(
        effect + " because of " + number, PATIENCE, () -> effects().equals(Set.of(effect)));
    if (effect == Effect.PARKED) {
      Eventually.until("the operator is told", PATIENCE, () -> parkedAlerts() == 1);
    }

    assertThat(jobs).allSatisfy(ErrorTableTest::waits);
    assertThat(books.number("SELECT coalesce(max(attempts), 0) FROM job WHERE ended_at IS NULL"))
        .as("attempts that were counted")
        .isZero();
    stopSaying();
    Jobs.awaitAll(backlot.client(), jobs, "succeeded");
  }

  @ParameterizedTest(name = "{0} to a query")
  @ValueSource(ints = {1002, 1101, 1304})
  void an_account_that_is_refused_its_queries_is_parked_and_its_jobs_run_on(int number) {
    Api.postTo(
        backlot.control() + "/faults",
        "{\"fault\":\"error\",\"target\":\"query\",\"code\":" + number + "}");

    List<String> jobs = submit();
    Eventually.until(
        "the account is parked", PATIENCE, () -> effects().equals(Set.of(Effect.PARKED)));
    Eventually.until("the operator is told", PATIENCE, () -> parkedAlerts() == 1);

    assertThat(jobs)
        .allSatisfy(
            id ->
                assertThat(backlot.client().job(id).getString("state"))
                    .isIn("queued", "submitting", "running"));
    stopSaying();
    Jobs.awaitAll(backlot.client(), jobs, "succeeded");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"5000", "5002"})
  void what_leaves_the_outcome_open_is_looked_up_and_sent_again_only_then(int number) {
    int accepted = books.simulator().getInteger("accepted");
    say(number);

    List<String> jobs = submit();
    Eventually.until("the breaker opens", PATIENCE, () -> effects().equals(Set.of(Effect.BREAKER)));
    assertThat(jobs).allSatisfy(ErrorTableTest::waits);
    stopSaying();
    Jobs.awaitAll(backlot.client(), jobs, "succeeded");

    assertThat(books.simulator().getInteger("accepted") - accepted)
        .as("tasks, one for each job")
        .isEqualTo(JOBS);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "content-rejected | moderate-task |",
        "content-rejected | fail | Failure to pass the risk control system",
        "input-rejected | fail | Image pixel is invalid",
        "input-rejected | fail | The resolution or aspect ratio of the input image is invalid",
        "generation-failed | fail | Something nobody has seen before"
      })
  void a_task_that_fails_is_told_apart_by_what_is_said_of_it_and_costs_nothing(
      String code, String fault, String words) {
    JsonObject rule = new JsonObject().put("fault", fault);
    if (words != null) {
      rule.put("message", words);
    }
    Api.postTo(backlot.control() + "/faults", rule.encode());

    List<String> jobs = submit();
    Jobs.awaitAll(backlot.client(), jobs, "failed");

    for (String id : jobs) {
      JsonObject job = backlot.client().job(id);
      assertThat(job.getJsonObject("error").getString("code")).isEqualTo(code);
      assertThat(job.getJsonObject("error").getString("detail"))
          .isNotBlank()
          .isNotEqualTo(words)
          .doesNotContainIgnoringCase("kling");
      assertThat(job.getString("charged")).isEqualTo("0");
    }
    assertThat(effects()).isEmpty();
  }

  @Test
  void every_code_of_the_table_has_its_row() {
    Set<Integer> rows =
        Stream.of(ErrorTableTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(CsvSource.class))
            .flatMap(method -> Stream.of(method.getAnnotation(CsvSource.class).value()))
            .map(row -> row.split(",", 2)[0])
            .filter(number -> number.matches("\\d+"))
            .map(Integer::valueOf)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(rows)
        .containsExactly(
            1000, 1001, 1002, 1003, 1004, 1100, 1101, 1102, 1103, 1200, 1201, 1202, 1203, 1300,
            1301, 1302, 1303, 1304, 5000, 5001, 5002);
  }

  private static void waits(String id) {
    JsonObject job = backlot.client().job(id);
    assertThat(job.getString("state")).isIn("queued", "submitting");
    assertThat(job.getJsonObject("error")).isNull();
  }

  private static void say(int number) {
    Api.postTo(backlot.control() + "/faults", "{\"fault\":\"error\",\"code\":" + number + "}");
  }

  private static void stopSaying() {
    Api.delete(backlot.control() + "/faults");
  }

  private static List<String> submit() {
    Api api = backlot.client();
    return Stream.generate(() -> api.submit("a boat")).limit(JOBS).toList();
  }

  private static int refused(int number) {
    return books.simulator().getJsonObject("refused").getInteger(String.valueOf(number), 0);
  }

  private static Set<Effect> effects() {
    Set<Effect> effects = new TreeSet<>();
    String provider = provider();
    if (provider.matches("[1-9].*breakers.*")) {
      effects.add(Effect.BREAKER);
    }
    if (provider.matches(".* [1-9]\\d* accounts or packs parked")) {
      effects.add(Effect.PARKED);
    }
    if (books.number("SELECT count(*) FROM slot WHERE ceiling < max_slots") > 0) {
      effects.add(Effect.CEILING);
    }
    return effects;
  }

  /** What readiness says of the provider: up, or how many breakers and accounts are not well. */
  private static String provider() {
    JsonObject found =
        Api.json(backlot.management() + "/health/ready").getJsonArray("checks").stream()
            .map(JsonObject.class::cast)
            .filter(check -> check.getString("name").equals("provider"))
            .findFirst()
            .orElseThrow();
    return found.getString("status").equals("up") ? "up" : found.getString("detail");
  }

  private static int parkedAlerts() {
    return books.number(
        "SELECT count(*) FROM alert WHERE rule = 'account_parked' AND state = 'firing'");
  }
}
