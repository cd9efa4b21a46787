package dev.backlot.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.backlot.stream.Chromium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser: submit, watch the state move, play the clip. */
class PageTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final LocatorAssertions.ContainsTextOptions WITHIN_A_MINUTE =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  @TempDir Path directory;

  @Test
  void a_job_submitted_on_the_page_is_seen_moving_and_its_clip_plays() {
    boolean required = "true".equals(System.getenv("CI"));
    assumeTrue(required || Files.exists(CHROMIUM), "install Chromium to run the browser test");
    Chromium.bePatient();
    try (BacklotProcess backlot = BacklotProcess.start(directory, Map.of());
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(ENV));
        Browser browser = playwright.chromium().launch(headless())) {
      Page page = browser.newPage();
      page.navigate(backlot.api() + "/");
      assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");

      page.getByTestId("prompt").fill("a paper boat drifts under a bridge");
      page.getByTestId("submit").click();
      Locator card = page.getByTestId("job-card").first();
      assertThat(card.getByTestId("job-state")).containsText("Ready", WITHIN_A_MINUTE);

      assertThat(card.getByTestId("job-video")).isVisible();
      page.evaluate(
          "() => { const v = document.querySelector('video'); v.muted = true; v.play(); }");
      // The page forbids eval, with which waitForFunction asks a second time.
      page.waitForCondition(
          () -> (boolean) page.evaluate("document.querySelector('video')?.currentTime > 0.2"));
      page.screenshot(
          new Page.ScreenshotOptions().setPath(Path.of("target", "page.png")).setFullPage(true));
      assertThat(page.evaluate("() => document.querySelector('video').videoWidth")).isEqualTo(320);
    }
  }

  private static final Map<String, String> ENV = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");

  private static BrowserType.LaunchOptions headless() {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(CHROMIUM)
        .setArgs(
            List.of(
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync"));
  }
}
