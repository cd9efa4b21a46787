package dev.backlot.cli;

import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.stream.FakeEventLog;
import dev.backlot.stream.StreamServer;
import dev.backlot.stream.Waiting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WatchCommandTest {
  private static final JobId JOB = new JobId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE));
  private static final JobId NO_JOB = new JobId(new UUID(0x0190_0000_0000_7001L, Long.MIN_VALUE));
  private static final String OUTPUTS = "{\"outputs\":[{\"n\":0,\"type\":\"video\"}]}";
  private static final String ERROR = "{\"error\":{\"code\":\"x\",\"detail\":\"It was refused.\"}}";

  private final FakeEventLog log = new FakeEventLog();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private StreamServer server;
  private String key;
  @TempDir Path directory;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
    key = server.key(Scope.READ);
    log.append(TENANT, JOB, JobState.QUEUED);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void a_job_that_succeeds_ends_with_0_and_its_result() throws Exception {
    CompletableFuture<Integer> watch = inBackground("--key", key, JOB.toString());
    Waiting.until(() -> out.toString().contains("queued"));
    log.append(TENANT, JOB, JobState.SUBMITTING);
    log.append(TENANT, JOB, JobState.RUNNING);
    log.append(TENANT, JOB, JobState.SUCCEEDED, OUTPUTS);

    assertThat(watch.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(out.toString())
        .containsSubsequence("queued", "submitting", "running", "succeeded", "Result: " + url())
        .doesNotContain("secret");
  }

  @Test
  void a_job_that_fails_ends_with_1_and_the_reason() {
    log.append(TENANT, JOB, JobState.RUNNING);
    CompletableFuture<Integer> watch = inBackground("--key", key, JOB.toString());
    Waiting.until(() -> out.toString().contains("running"));
    log.append(TENANT, JOB, JobState.FAILED, ERROR);

    assertThat(watch.join()).isOne();
    assertThat(out.toString()).contains("It was refused.");
  }

  @Test
  void a_job_that_has_ended_before_ends_at_once() {
    log.append(TENANT, JOB, JobState.CANCELED);

    assertThat(run("--key", key, JOB.toString())).isOne();
  }

  @Test
  void a_lost_connection_is_resumed() {
    CompletableFuture<Integer> watch = inBackground("--key", key, JOB.toString());
    Waiting.until(() -> out.toString().contains("queued"));

    server.clock.advance(Duration.ofMinutes(1));
    Waiting.until(() -> out.toString().contains("No connection"));
    log.append(TENANT, JOB, JobState.RUNNING);
    log.append(TENANT, JOB, JobState.SUCCEEDED, OUTPUTS);

    assertThat(watch.join()).isZero();
  }

  @Test
  void an_unknown_job_is_named() {
    assertThat(run("--key", key, NO_JOB.toString())).isOne();
    assertThat(err.toString()).contains("There is no such job: " + NO_JOB);
  }

  @Test
  void a_wrong_key_is_said_to_be_wrong() {
    assertThat(run("--key", "blk_000000000000_wrong", JOB.toString())).isOne();
    assertThat(err.toString()).contains("not valid").doesNotContain("wrong");
  }

  @Test
  void a_key_is_needed() {
    assertThat(run(JOB.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--key-file");
  }

  @Test
  void a_key_file_is_read() throws Exception {
    Path file = Files.writeString(directory.resolve("key"), key + "\n");
    log.append(TENANT, JOB, JobState.SUCCEEDED, OUTPUTS);

    assertThat(run("--key-file", file.toString(), JOB.toString())).isZero();
  }

  @Test
  void what_is_no_job_id_is_wrong_usage() {
    assertThat(run("--key", key, "seven")).isEqualTo(2);
  }

  @Test
  void an_address_without_a_scheme_is_wrong_usage() {
    assertThat(command(Map.of()).execute("watch", "--url", "localhost:8080", "--key", key))
        .isEqualTo(2);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("watch", "--url", url()));
    all.addAll(List.of(arguments));
    return command(Map.of()).execute(all.toArray(String[]::new));
  }

  private CompletableFuture<Integer> inBackground(String... arguments) {
    return CompletableFuture.supplyAsync(() -> run(arguments));
  }

  private CommandLine command(Map<String, String> environment) {
    return new CommandLine(new Root())
        .addSubcommand(new WatchCommand(environment, server.clock, new Random(1), false))
        .setExecutionExceptionHandler(Failures::explain)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true));
  }

  private String url() {
    return "http://localhost:" + server.http.port();
  }

  @CommandLine.Command(name = "backlot")
  private static final class Root {}
}
