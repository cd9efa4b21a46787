package dev.backlot.stream;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.WebSocket;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.job.JobState;
import dev.backlot.system.FreePorts;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The back end and the page of the documentation, as they stand there: Node.js and Chromium. */
class TokenExampleTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path NODE = Path.of("/usr/bin/node");
  private static final Path DOCUMENT = Path.of("src/site/markdown/stream-tokens.md");

  private final FakeEventLog log = new FakeEventLog();
  private final List<WebSocket> sockets = new ArrayList<>();
  private final List<String> received = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private StreamServer server;
  private @Nullable Process backEnd;
  private @Nullable Playwright playwright;
  private Page page;

  @TempDir Path directory;

  @BeforeEach
  void start() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium on this machine");
    Assumptions.assumeTrue(Files.isExecutable(NODE), "no Node.js on this machine");
    // Known before the server starts, because it must list the page's origin.
    int port = FreePorts.next();
    server = StreamServer.of("http://127.0.0.1:" + port, log, StreamServer.patient());
    log.append(TENANT, job(1), JobState.QUEUED);
    Files.writeString(directory.resolve("server.mjs"), block("javascript"));
    Files.writeString(directory.resolve("page.html"), block("html"));
    String url = startBackEnd(port);
    page = browser().newPage();
    page.onWebSocket(this::listen);
    page.onPageError(complaints::add);
    page.navigate(url);
  }

  @AfterEach
  void stop() throws Exception {
    if (playwright != null) {
      playwright.close();
    }
    if (backEnd != null) {
      backEnd.destroy();
      backEnd.waitFor();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void the_page_follows_jobs_beyond_the_end_of_its_token_over_one_socket() {
    page.waitForCondition(() -> said("live") == 1);
    append(JobState.SUBMITTING);
    assertThat(page.locator("li")).hasText(new String[] {"job.submitting " + job(1)});

    server.clock.advance(Duration.ofSeconds(545));
    page.waitForCondition(() -> said("ready") == 2);
    server.clock.advance(Duration.ofSeconds(100));
    append(JobState.RUNNING);

    assertThat(page.locator("li"))
        .hasText(new String[] {"job.submitting " + job(1), "job.running " + job(1)});
    assertThat(sockets).hasSize(1);
    assertThat(complaints).isEmpty();
  }

  @Test
  void the_page_comes_back_with_a_fresh_token_when_its_own_was_revoked() {
    page.waitForCondition(() -> said("live") == 1);

    server.grants.revokeTokens();
    page.waitForCondition(() -> said("live") == 2);
    append(JobState.RUNNING);

    assertThat(page.locator("li")).hasText(new String[] {"job.running " + job(1)});
    assertThat(complaints).isEmpty();
  }

  @Test
  void the_key_is_nowhere_in_the_page() {
    page.waitForCondition(() -> said("live") == 1);

    assertThat(page.content()).doesNotContain("blk_");
  }

  private void listen(WebSocket socket) {
    sockets.add(socket);
    socket.onFrameReceived(frame -> received.add(new JsonObject(frame.text()).getString("type")));
  }

  private long said(String type) {
    return received.stream().filter(type::equals).count();
  }

  private void append(JobState state) {
    log.append(TENANT, job(1), state);
  }

  private String startBackEnd(int port) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(NODE.toString(), "server.mjs");
    builder.directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .putAll(
            Map.of(
                "BACKLOT_URL", "http://127.0.0.1:" + server.http.port(),
                "BACKLOT_KEY", server.key(Scope.STREAM),
                "PORT", String.valueOf(port)));
    backEnd = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(backEnd.getInputStream(), StandardCharsets.UTF_8));
    return out.readLine();
  }

  private Browser browser() {
    Chromium.bePatient();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(CHROMIUM)
                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic")));
  }

  private static String block(String language) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\\n(.*?)\\n```", Pattern.DOTALL)
            .matcher(Files.readString(DOCUMENT));
    assertThat(block.find()).as("an example in " + language).isTrue();
    return block.group(1);
  }
}
