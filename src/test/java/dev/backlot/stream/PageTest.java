package dev.backlot.stream;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page in a real browser, before the real socket. Pictures of it are left in the target. */
class PageTest {
  private static final Path PICTURES = Path.of("target", "page");

  private static Chromium chromium;

  private final FakeEventLog log = new FakeEventLog(Instant.now());
  private final PageBackend backend = new PageBackend(log);
  private final List<String> complaints = new ArrayList<>();
  private StreamServer server;
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void launch() {
    chromium = Chromium.launch();
  }

  @AfterAll
  static void quit() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    server =
        new StreamServer(
            log,
            StreamServer.config(),
            List.of(backend, new PageRoutes(PageRoutes.Files.load(), List.of())));
    server.clock.set(Instant.now());
    show(ColorScheme.LIGHT);
  }

  @AfterEach
  void close() throws Exception {
    context.close();
    server.close();
    assertThat(complaints).as("console errors, among them violations of the CSP").isEmpty();
  }

  @Test
  void a_submitted_job_moves_live_to_its_video() {
    assertThat(at("connection")).hasText("Live");
    at("prompt").fill("A lighthouse in the fog");
    at("duration-10").check();
    at("submit").click();
    assertThat(at("job-state")).hasText("Queued");

    log.append(TENANT, job(1), JobState.SUBMITTING);
    assertThat(at("job-state")).hasText("Sending");
    log.append(TENANT, job(1), JobState.RUNNING);
    assertThat(at("job-state")).hasText("Rendering");
    log.append(TENANT, job(1), JobState.SUCCEEDED, "{\"outputs\":[{\"n\":0,\"type\":\"video\"}]}");

    assertThat(at("job-state")).hasText("Ready");
    assertThat(at("job-video")).isVisible();
    // The page forbids eval, with which waitForFunction asks a second time.
    page.waitForCondition(() -> (int) at("job-video").evaluate("v => v.readyState") >= 1);
    assertThat(at("job-card")).hasCount(1);
    assertThat(backend.idempotencyKey).hasSize(36);
  }

  @Test
  void a_refusal_is_shown_in_its_own_words() {
    at("prompt").fill("too dear");
    at("submit").click();

    assertThat(at("problem")).hasText("No credit.");
  }

  @Test
  void that_there_are_no_jobs_is_said_only_once_it_is_known() {
    // The first page's own question must not be the one that is held.
    assertThat(at("empty")).isVisible();
    Deque<Route> held = new ArrayDeque<>();
    page.route(Pattern.compile(".*/api/v1/jobs(\\?.*)?$"), held::add);
    page.reload();
    page.waitForCondition(() -> !held.isEmpty());
    assertThat(at("empty")).isHidden();

    held.remove().resume();

    assertThat(at("empty")).isVisible();
  }

  @Test
  void an_empty_prompt_is_not_sent() {
    at("prompt").fill("  ");
    at("submit").click();

    assertThat(at("problem")).hasText("Write a prompt first.");
    assertThat(at("prompt")).isFocused();
  }

  @Test
  void a_reload_shows_the_jobs_again() {
    backend.add(job(1), input("Rain on a tin roof"));
    assertThat(at("job-card")).hasCount(1);
    log.append(TENANT, job(1), JobState.RUNNING);

    page.reload();

    assertThat(at("job-state")).hasText("Rendering");
    assertThat(at("job-card")).containsText("Rain on a tin roof");
  }

  @Test
  void a_broken_connection_comes_back_with_what_was_missed() throws Exception {
    backend.add(job(1), input("A slow river"));
    assertThat(at("job-state")).hasText("Queued");

    server.clock.advance(java.time.Duration.ofMinutes(11));
    log.append(TENANT, job(1), JobState.RUNNING);

    assertThat(at("job-state"))
        .hasText("Rendering", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
    assertThat(at("connection"))
        .hasText("Live", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
  }

  @Test
  void a_job_can_be_canceled_by_keyboard() {
    backend.add(job(1), input("A slow river"));
    at("job-cancel").focus();

    page.keyboard().press("Enter");

    assertThat(at("job-state")).hasText("Canceled");
  }

  @Test
  void a_failure_is_explained_on_its_card() {
    backend.add(job(1), input("A slow river"));
    log.append(
        TENANT,
        job(1),
        JobState.FAILED,
        "{\"error\":{\"code\":\"content-rejected\",\"detail\":\"The content policy refused it.\"}}");

    assertThat(at("job-problem")).hasText("The content policy refused it.");
  }

  @ParameterizedTest
  @EnumSource(names = {"LIGHT", "DARK"})
  void the_page_is_pictured(ColorScheme scheme) {
    context.close();
    backend.add(job(1), input("Two foxes play in fresh snow below tall pines, handheld camera"));
    backend.add(job(2), input("Neon rain over an empty night market, slow dolly forward"));
    backend.add(job(3), input("A glass whale swims through a canyon of clouds"));
    backend.add(job(4), input("Macro shot of a watch movement, golden light"));
    log.append(TENANT, job(1), JobState.SUBMITTING);
    log.append(TENANT, job(1), JobState.RUNNING);
    show(scheme);
    assertThat(at("connection")).hasText("Live");
    log.append(TENANT, job(1), JobState.SUCCEEDED, "{\"outputs\":[{\"n\":0,\"type\":\"video\"}]}");
    log.append(TENANT, job(2), JobState.SUBMITTING);
    log.append(
        TENANT,
        job(2),
        JobState.FAILED,
        "{\"error\":{\"code\":\"content-rejected\",\"detail\":\"The content policy refused it.\"}}");
    log.append(TENANT, job(3), JobState.SUBMITTING);
    log.append(TENANT, job(3), JobState.RUNNING);
    assertThat(at("job-video").last()).isVisible();
    page.waitForCondition(
        () ->
            (boolean)
                page.evaluate(
                    "[...document.querySelectorAll('video')].some(video => video.readyState >= 2)"));

    byte[] picture =
        page.screenshot(
            new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(
                    PICTURES.resolve(scheme.name().toLowerCase(java.util.Locale.ROOT) + ".png")));

    assertThat(picture).isNotEmpty();
  }

  @Test
  void a_narrow_page_does_not_scroll_sideways() {
    backend.add(job(1), input("averylongwordwithoutanyspaces".repeat(8)));
    page.setViewportSize(360, 780);
    assertThat(at("job-card")).hasCount(1);
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(PICTURES.resolve("narrow.png")));

    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
  }

  private void show(ColorScheme scheme) {
    context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(1280, 900));
    page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && !message.text().contains("status of 402")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.navigate("http://localhost:" + server.http.port() + "/");
  }

  private Locator at(String name) {
    return page.getByTestId(name);
  }

  private static JsonObject input(String prompt) {
    return new JsonObject()
        .put("prompt", prompt)
        .put("model_name", "kling-v2-6")
        .put("mode", "std")
        .put("duration", "5");
  }
}
