package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's promise: start it, paste the lines, get a clip. */
class MainJobTest {
  @TempDir static Path directory;
  private static BacklotProcess backlot;

  @BeforeAll
  static void start() {
    backlot = BacklotProcess.startFromNothing(directory);
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  @Test
  void a_submitted_job_succeeds_is_settled_and_its_clip_streams_from_us() {
    Api api = backlot.client();
    String id = api.submit("a paper boat drifts under a bridge");
    Eventually.until(
        "the job succeeded",
        Duration.ofSeconds(60),
        () -> api.job(id).getString("state").equals("succeeded"));

    JsonObject job = api.job(id);
    String output = job.getJsonArray("outputs").getJsonObject(0).getString("url");
    assertThat(output).isEqualTo("/api/v1/jobs/" + id + "/outputs/0");
    Api.Answer clip = api.get(output);
    assertThat(clip.status()).isEqualTo(200);
    assertThat(clip.header("content-type")).isEqualTo("video/mp4");
    assertThat(clip.body().getString(4, 8)).isEqualTo("ftyp");
    new Books(backlot).assertExact();
  }

  @Test
  void the_lines_that_it_prints_work_when_pasted() throws Exception {
    String submitted = paste(printedLine("curl "));
    assertThat(new JsonObject(submitted).getString("state")).isEqualTo("queued");

    String id = new JsonObject(submitted).getString("id");
    String watched = paste(printedLine("watch ").replaceAll("JOB_ID|\\$JOB|<job-id>", id));
    assertThat(watched).contains("succeeded");
  }

  private static String printedLine(String part) throws IOException {
    return Files.readAllLines(backlot.output()).stream()
        .map(String::strip)
        .filter(line -> line.contains(part) && !line.startsWith("#"))
        .findFirst()
        .orElseThrow();
  }

  private static String paste(String line) throws Exception {
    String command =
        line.replace("java -jar target/backlot.jar", "java -cp \"$CP\" dev.backlot.Main");
    ProcessBuilder shell = new ProcessBuilder(List.of("bash", "-c", command));
    shell.environment().put("CP", BacklotProcess.classPath());
    shell.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = shell.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(command).isZero();
    return output;
  }
}
