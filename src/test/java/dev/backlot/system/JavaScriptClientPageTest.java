package dev.backlot.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.backlot.stream.Chromium;
import dev.backlot.stream.Program;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the page on the JavaScript client, as they stand there. */
class JavaScriptClientPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/javascript-client.md");
  private static final String ADDRESS = "https://backlot.example";
  private static final int PATIENCE_MS = 90_000;
  private static final Duration PATIENCE = Duration.ofMillis(PATIENCE_MS);
  private static final Pattern RUNNING_TWICE = Pattern.compile("running.*running", Pattern.DOTALL);
  private static final Pattern SUCCEEDED_TWICE =
      Pattern.compile("succeeded.*succeeded", Pattern.DOTALL);
  private static final int BACK_END = FreePorts.next();
  @TempDir static Path data;
  private static BacklotProcess backlot;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("http.allowed-origins", "[http://localhost:" + BACK_END + "]");
    backlot = BacklotProcess.start(data, settings, "INFO");
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

  @Test
  void a_page_follows_a_batch_with_the_token_of_its_back_end() throws Exception {
    write("backend.mjs", example("javascript", "// backend.mjs"));
    write("page.html", example("html", "<!doctype html>").replace(ADDRESS, backlot.api()));
    String batch =
        backlot
            .client()
            .post("/api/v1/batches", batch().encode(), "Idempotency-Key", "film")
            .json()
            .getString("id");

    Process backEnd = node("backend.mjs", directory.resolve("output.txt"));
    try (Chromium chromium = Chromium.launch()) {
      Eventually.until(
          "the back end", PATIENCE, () -> Api.status("http://localhost:" + BACK_END + "/") == 200);
      Page page = chromium.browser().newPage();
      page.navigate("http://localhost:" + BACK_END + "/?batch=" + batch);
      assertThat(page.locator("#light")).hasText("live", patiently());
      assertThat(page.locator("#jobs")).containsText(RUNNING_TWICE, contained());
      backlot.letRender();

      assertThat(page.locator("#jobs")).containsText(SUCCEEDED_TWICE, contained());
    } finally {
      end(backEnd);
    }
  }

  private static LocatorAssertions.ContainsTextOptions contained() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS);
  }

  private static LocatorAssertions.HasTextOptions patiently() {
    return new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE_MS);
  }

  private static JsonObject batch() {
    JsonArray items = new JsonArray();
    for (String prompt : List.of("a boat", "a plane")) {
      items.add(new JsonObject().put("input", new JsonObject().put("prompt", prompt)));
    }
    return new JsonObject()
        .put("defaults", new JsonObject().put("kind", "text2video"))
        .put("items", items);
  }

  private Process node(String script, Path output) throws IOException {
    ProcessBuilder builder = Program.find("node", "nodejs").with(List.of(script));
    builder.environment().put("BACKLOT_URL", backlot.api());
    builder.environment().put("BACKLOT_KEY", backlot.demoKey());
    builder.environment().put("PORT", String.valueOf(BACK_END));
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
