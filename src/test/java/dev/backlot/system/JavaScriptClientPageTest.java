package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.stream.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the page on the JavaScript client, as they stand there. */
class JavaScriptClientPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/javascript-client.md");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path data;
  private static BacklotProcess backlot;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    backlot = BacklotProcess.start(data, BacklotProcess.RENDERS_FOR_AN_HOUR, "INFO");
  }

  @AfterAll
  static void stop() {
    if (backlot != null) {
      backlot.close();
    }
  }

  @Test
  void a_program_follows_the_tenant_and_misses_nothing_while_it_is_not_there() throws Exception {
    Path output = directory.resolve("output.txt");
    Files.writeString(
        directory.resolve("backlot.mjs"), backlot.client().get("/client/backlot.js").text());
    write("follow.mjs", example("javascript", "// follow.mjs"));

    Process first = node("follow.mjs", output);
    // Its place is known when the snapshot has been told.
    Eventually.until("a cursor", PATIENCE, () -> !content("cursor.txt").isEmpty());
    String beginning = content("cursor.txt");
    String before = render("a paper boat");
    Eventually.until("the first", PATIENCE, () -> content("output.txt").contains(before));
    Eventually.until("its place", PATIENCE, () -> hasMovedFrom(beginning));
    end(first);
    String meanwhile = render("a paper plane");
    Eventually.until("its end", PATIENCE, () -> is(meanwhile, "succeeded"));
    Process second = node("follow.mjs", output);

    Eventually.until("the second", PATIENCE, () -> content("output.txt").contains(meanwhile));
    assertThat(content("output.txt").lines())
        .containsExactly(before + " job.succeeded", meanwhile + " job.succeeded");
    end(second);
  }

  private Process node(String script, Path output) throws IOException {
    ProcessBuilder builder = Program.find("node", "nodejs").with(List.of(script));
    builder.environment().put("BACKLOT_URL", backlot.api());
    builder.environment().put("BACKLOT_KEY", backlot.demoKey());
    return builder
        .directory(directory.toFile())
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  private boolean hasMovedFrom(String cursor) {
    String now = content("cursor.txt");
    return !now.isEmpty() && !now.equals(cursor);
  }

  private static String render(String prompt) {
    String job = backlot.client().submit(prompt);
    Eventually.until("rendering", PATIENCE, () -> is(job, "running"));
    backlot.letRender();
    return job;
  }

  private static boolean is(String job, String state) {
    return backlot.client().get("/api/v1/jobs/" + job).json().getString("state").equals(state);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private String content(String name) {
    try {
      Path file = directory.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static String example(String language, String start) throws IOException {
    return Pattern.compile(
            "```" + language + "\\n(" + Pattern.quote(start) + ".*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElseThrow();
  }
}
