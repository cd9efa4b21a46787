package dev.backlot.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.backlot.database.OwnServer;
import dev.backlot.stream.Chromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser, which knows two nodes and loses the one that it came from. PostgreSQL
 * and the simulator are in neither, so either node may go.
 */
class PageOnTwoNodesTest {
  private static final int PATIENCE_MS = 90_000;

  private static final LocatorAssertions.ContainsTextOptions WITHIN_A_MINUTE =
      new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS);

  private static final LocatorAssertions.HasAttributeOptions SOON =
      new LocatorAssertions.HasAttributeOptions().setTimeout(PATIENCE_MS);

  private static final int FIRST = FreePorts.next();
  private static final int SECOND = FreePorts.next();

  @TempDir static Path directory;

  private static Chromium chromium;
  private static OwnServer database;
  private static SimulatorProcess simulator;
  private static BacklotProcess first;
  private static BacklotProcess second;

  @BeforeAll
  static void start() throws IOException {
    chromium = Chromium.launch();
    database = OwnServer.start(directory.resolve("server"));
    simulator = SimulatorProcess.start(directory, 5);
    first = node("first", FIRST);
    second = node("second", SECOND);
  }

  @AfterAll
  static void stop() {
    close(second);
    close(first);
    close(simulator);
    close(database);
    close(chromium);
  }

  @Test
  void it_follows_its_job_when_the_first_node_is_told_to_stop() {
    followsOver(first, FIRST, SECOND, BacklotProcess::stop);
  }

  @Test
  void it_follows_its_job_when_the_second_node_is_killed() {
    followsOver(second, SECOND, FIRST, BacklotProcess::kill);
  }

  private static void followsOver(
      BacklotProcess node, int from, int to, Consumer<BacklotProcess> end) {
    try (Page page = chromium.browser().newPage()) {
      page.navigate(local(from) + "/");
      Locator connection = page.getByTestId("connection");
      assertThat(connection).hasAttribute("data-node", local(from), SOON);
      page.getByTestId("prompt").fill("a paper boat changes ships");
      page.getByTestId("submit").click();
      Locator card = page.getByTestId("job-card").first();
      assertThat(card.getByTestId("job-state")).containsText("Rendering", WITHIN_A_MINUTE);

      end.accept(node);
      assertThat(connection).hasAttribute("data-node", local(to), SOON);
      assertThat(connection).hasAttribute("data-state", "live", SOON);
      simulator.letRender();

      assertThat(card.getByTestId("job-state")).containsText("Ready", WITHIN_A_MINUTE);
      page.waitForCondition(
          () -> (boolean) page.evaluate("document.querySelector('video')?.readyState >= 2"));
    } finally {
      node.restart();
    }
  }

  /** Both have the same data directory, and so the same demo key, as on a laptop. */
  private static BacklotProcess node(String name, int port) throws IOException {
    Map<String, String> settings = new HashMap<>(simulator.settings());
    settings.put("data-directory", directory.toString());
    settings.put("http.port", String.valueOf(port));
    settings.put("development.nodes", "[" + local(FIRST) + "," + local(SECOND) + "]");
    settings.put("cluster.enabled", "true");
    settings.put("node.name", name);
    settings.put("node.lease", "2s");
    settings.put("node.heartbeat", "300ms");
    Path own = Files.createDirectory(directory.resolve(name));
    return BacklotProcess.startOn(database.port(), own, settings);
  }

  private static String local(int port) {
    return "http://localhost:" + port;
  }

  /** Those that a failed start has not made are not there. */
  private static void close(AutoCloseable made) {
    try {
      if (made != null) {
        made.close();
      }
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
