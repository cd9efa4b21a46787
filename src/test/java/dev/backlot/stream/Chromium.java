package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The system's browser, without a window. */
public record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/chromium");

  /** For what a page is to show; the five seconds of the library are short on a busy machine. */
  private static final int PATIENCE_MS = 60_000;

  /** Has assertions about pages wait for as long as this suite does. */
  public static void bePatient() {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
  }

  /** Must be there where the suite decides about a change; elsewhere its tests are skipped. */
  public static Chromium launch() {
    boolean required = "true".equals(System.getenv("CI"));
    assertThat(required && !Files.isExecutable(PROGRAM)).as("install chromium").isFalse();
    Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "SKIPPED: no Chromium on this machine");
    bePatient();
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return new Chromium(playwright, playwright.chromium().launch(headless()));
  }

  private static BrowserType.LaunchOptions headless() {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(PROGRAM)
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

  @Override
  public void close() {
    playwright.close();
  }
}
