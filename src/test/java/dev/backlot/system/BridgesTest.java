package dev.backlot.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.backlot.stream.Chromium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the page about bridges, as they stand there, before real nodes. */
class BridgesTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path PAGE = Path.of("src/site/markdown/bridges.md");
  private static final Pattern PROGRAM =
      Pattern.compile("```(html|javascript)\\n(.*?)```", Pattern.DOTALL);
  private static final Map<String, String> ENV = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
  private static final LocatorAssertions.HasTextOptions SOON =
      new LocatorAssertions.HasTextOptions().setTimeout(60_000);

  @TempDir Path directory;

  @Test
  void the_page_follows_its_job_to_the_end_when_the_node_that_it_is_connected_to_is_killed() {
    requireChromium();
    int one = FreePorts.next();
    int two = FreePorts.next();
    try (BacklotProcess first = BacklotProcess.start(directory, node(one, one, two), "INFO");
        BacklotProcess second = BacklotProcess.beside(first, node(two, one, two));
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(ENV));
        Browser browser = playwright.chromium().launch(headless())) {
      String job = new Api(local(one), first.demoKey()).submit("a paper boat changes ships");
      Page page = browser.newPage();
      page.route(local(two) + "/follow/*", BridgesTest::serve);
      page.navigate(
          local(two)
              + "/follow/index.html#nodes="
              + local(two)
              + ","
              + local(one)
              + "&job="
              + job
              + "&token="
              + first.demoKey());
      Locator state = page.locator("#state");
      assertThat(state).hasText("running", SOON);

      second.kill();
      first.letRender();
      assertThat(state).hasText("succeeded", SOON);

      assertThat(page.locator("li").allTextContents())
          .as("each state once, in order")
          .doesNotHaveDuplicates()
          .endsWith("running", "succeeded");
    }
  }

  @Test
  void the_official_client_submits_looks_at_and_cancels_a_job() {
    requireChromium();
    try (BacklotProcess node =
            BacklotProcess.start(directory, new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR));
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(ENV));
        Browser browser = playwright.chromium().launch(headless())) {
      Page page = browser.newContext(new Browser.NewContextOptions().setBypassCSP(true)).newPage();
      page.navigate(node.api() + "/docs");
      page.addScriptTag(script("sockjs-client/dist/sockjs.min.js"));
      page.addScriptTag(script("@vertx/eventbus-bridge-client.js/vertx-eventbus.js"));

      Object said = page.evaluate(COMMANDS, node.demoKey());

      assertThat(said)
          .isEqualTo(
              List.of(
                  "quote 200",
                  "submit 202",
                  "get 200",
                  "cancel true",
                  "stranger 401",
                  "internal access_denied"));
    }
  }

  @Test
  void the_program_follows_its_job_over_tcp() throws Exception {
    String node = NpmPackages.node();
    int port = FreePorts.next();
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("stream.tcp-bridge.enabled", "true");
    settings.put("stream.tcp-bridge.port", String.valueOf(port));
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings)) {
      Path program = Files.writeString(directory.resolve("follow.js"), program("javascript", 1));
      String job = backlot.client().submit("a paper boat, told by wire");
      Process process =
          new ProcessBuilder(node, program.toString(), String.valueOf(port), backlot.demoKey(), job)
              .redirectErrorStream(true)
              .start();
      try {
        Jobs.awaitAll(backlot.client(), List.of(job), "running");
        backlot.letRender();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said.lines()).endsWith("job.succeeded").doesNotHaveDuplicates();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static final String COMMANDS =
      """
      async token => {
        const bus = new EventBus(location.origin + '/eventbus');
        await new Promise(open => { bus.onopen = open; });
        const ask = (address, body) => new Promise(done =>
            bus.send(address, body, (error, reply) => done(error || reply.body)));
        const body = {kind: 'text2video', input: {model_name: 'kling-v2-6', prompt: 'a boat'}};
        const quote = await ask('backlot.jobs.quote.v1', {token, body});
        const submit = await ask('backlot.jobs.submit.v1', {token, body});
        const id = submit.body.id;
        const get = await ask('backlot.jobs.get.v1', {token, id});
        const cancel = await ask('backlot.jobs.cancel.v1', {token, id});
        const stranger = await ask('backlot.jobs.get.v1', {token: 'blk_nobody_nothing', id});
        const internal = await ask('backlot.log.head.v1', {token});
        bus.close();
        return ['quote ' + quote.status, 'submit ' + submit.status, 'get ' + get.status,
                'cancel ' + cancel.ok, 'stranger ' + stranger.status,
                'internal ' + internal.message];
      }""";

  private static Page.AddScriptTagOptions script(String file) {
    return new Page.AddScriptTagOptions().setContent(NpmPackages.read(file));
  }

  /** As a web server of the tenant's would. */
  private static void serve(Route route) {
    String path = route.request().url().replaceFirst("#.*", "");
    String file = path.substring(path.lastIndexOf('/') + 1);
    String body =
        switch (file) {
          case "index.html" -> program("html", 0);
          case "follow.js" -> program("javascript", 0);
          case "sockjs.min.js" -> NpmPackages.read("sockjs-client/dist/sockjs.min.js");
          case "vertx-eventbus.js" ->
              NpmPackages.read("@vertx/eventbus-bridge-client.js/vertx-eventbus.js");
          default -> throw new AssertionError("the page wants " + file);
        };
    route.fulfill(
        new Route.FulfillOptions()
            .setContentType(file.endsWith("html") ? "text/html" : "text/javascript")
            .setBody(body));
  }

  private static String program(String language, int index) {
    try {
      return PROGRAM
          .matcher(Files.readString(PAGE))
          .results()
          .filter(found -> found.group(1).equals(language))
          .map(BridgesTest::text)
          .skip(index)
          .findFirst()
          .orElseThrow();
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  private static String text(MatchResult found) {
    return found.group(2);
  }

  private static Map<String, String> node(int port, int one, int two) {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("http.port", String.valueOf(port));
    settings.put("development.nodes", "[" + local(one) + "," + local(two) + "]");
    settings.put("node.lease", "2s");
    settings.put("node.heartbeat", "300ms");
    return settings;
  }

  private static String local(int port) {
    return "http://localhost:" + port;
  }

  private static void requireChromium() {
    boolean required = "true".equals(System.getenv("CI"));
    assumeTrue(required || Files.exists(CHROMIUM), "install Chromium to run the browser test");
    Chromium.bePatient();
  }

  private static BrowserType.LaunchOptions headless() {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(CHROMIUM)
        .setArgs(
            List.of(
                "--no-sandbox",
                // A page that a test serves itself counts as one from the internet, which must not
                // ask for loopback addresses without permission.
                "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync"));
  }
}
