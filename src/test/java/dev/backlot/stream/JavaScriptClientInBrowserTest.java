package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.Routes;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client on a page of its own, in a real browser, before a real node. */
class JavaScriptClientInBrowserTest {
  private static Chromium chromium;

  private final FakeEventLog log = new FakeEventLog();
  private final List<String> complaints = new ArrayList<>();
  private final AnotherPage mine = new AnotherPage();
  private StreamServer server;
  private CuttableNode network;
  private BrowserContext context;
  private Page page;

  /** A page of somebody's own; its site may stand behind something that knows no WebSockets. */
  private static final class AnotherPage implements Routes {
    volatile boolean refusesSockets;

    @Override
    public void mount(Router router) {
      router
          .get("/mine.html")
          .handler(
              ctx ->
                  ctx.response()
                      .putHeader("Content-Type", "text/html")
                      .putHeader(
                          "Content-Security-Policy", "script-src http:; connect-src http: ws:")
                      .end("<title>Mine</title>"));
      router
          .get("/api/v1/stream")
          .handler(
              ctx -> {
                if (refusesSockets && ctx.request().headers().contains(HttpHeaders.UPGRADE)) {
                  ctx.response().setStatusCode(403).end();
                } else {
                  ctx.next();
                }
              });
    }
  }

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
    server = node();
    network = new CuttableNode(server);
    context = chromium.browser().newContext();
    page = context.newPage();
    page.onPageError(complaints::add);
    page.navigate(network.address() + "/mine.html");
  }

  @AfterEach
  void close() throws Exception {
    context.close();
    network.close();
    server.close();
    assertThat(complaints).isEmpty();
  }

  @Test
  void a_page_of_another_origin_imports_it() throws Exception {
    try (StreamServer other = node()) {
      page.navigate("http://localhost:" + other.http.port() + "/mine.html");

      assertThat(
              page.evaluate(
                  "async from => typeof (await import(from)).BacklotStream",
                  network.address() + "/client/backlot.js"))
          .isEqualTo("function");
    }
  }

  @Test
  void a_page_follows_a_job_to_its_end() {
    log.append(TENANT, job(1), JobState.QUEUED);
    follow(Map.of());
    awaitTold("snapshot", "live");

    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(1), JobState.SUCCEEDED);

    awaitTold("snapshot", "live", "job.running 2", "job.succeeded 3");
  }

  @Test
  void a_page_that_is_loaded_again_goes_on_where_it_was() {
    log.append(TENANT, job(1), JobState.QUEUED);
    follow(Map.of());
    awaitTold("snapshot", "live");
    log.append(TENANT, job(1), JobState.SUBMITTING);
    awaitTold("snapshot", "live", "job.submitting 2");
    Object cursor = page.evaluate("() => mine.subscription.cursor");

    page.reload();
    log.append(TENANT, job(1), JobState.RUNNING);
    follow(Map.of("cursor", cursor));

    awaitEventsAndLive("job.running 3");
  }

  @Test
  void a_network_that_breaks_loses_and_repeats_nothing() {
    log.append(TENANT, job(1), JobState.QUEUED);
    follow(Map.of());
    awaitTold("snapshot", "live");

    network.cut();
    log.append(TENANT, job(1), JobState.RUNNING);

    awaitEventsAndLive("snapshot", "live", "job.running 2");
  }

  @Test
  void a_network_that_is_back_ends_the_pause() {
    log.append(TENANT, job(1), JobState.QUEUED);
    follow(Map.of("pause", 3_600_000));
    awaitTold("snapshot", "live");
    network.cut();
    page.waitForCondition(() -> page.evaluate("() => mine.stream.state").equals("offline"));

    context.setOffline(true);
    context.setOffline(false);

    awaitTold("snapshot", "live", "live");
  }

  @Test
  void a_page_whose_sockets_are_refused_reads_server_sent_events() {
    mine.refusesSockets = true;
    log.append(TENANT, job(1), JobState.QUEUED);
    follow(Map.of());
    awaitTold("snapshot", "live");

    log.append(TENANT, job(1), JobState.RUNNING);
    network.cut();
    log.append(TENANT, job(1), JobState.SUCCEEDED);

    awaitEventsAndLive("snapshot", "live", "job.running 2", "job.succeeded 3");
    assertThat(page.evaluate("() => mine.stream.transport")).isEqualTo("sse");
  }

  @Test
  void a_stream_that_is_closed_leaves_the_node() {
    log.append(TENANT, job(1), JobState.QUEUED);
    follow(Map.of());
    awaitTold("snapshot", "live");

    page.evaluate("() => mine.stream.close()");

    Waiting.until(() -> server.hubs.sockets() == 0);
  }

  private void follow(Map<String, Object> more) {
    Map<String, Object> asked = new HashMap<>(more);
    asked.put("node", network.address());
    asked.put("token", server.token());
    page.evaluate(
        """
        async ({ node, token, cursor, pause = 100 }) => {
          const { BacklotStream } = await import(`${node}/client/backlot.js`);
          const told = [];
          const stream = new BacklotStream({
            nodes: [node], token, backoffBaseMs: pause, backoffMaxMs: pause, random: () => 0.9,
          });
          const subscription = stream.subscribe({ tenant: true, cursor }, {
            onSnapshot: () => told.push('snapshot'),
            onEvent: ({ event, version }) => told.push(`${event} ${version}`),
            onLive: () => told.push('live'),
            onError: ({ code }) => told.push(code),
          });
          globalThis.mine = { stream, subscription, told };
        }""",
        asked);
  }

  private void awaitTold(String... words) {
    List<String> wanted = List.of(words);
    page.waitForCondition(
        () -> ((List<?>) page.evaluate("() => mine.told")).size() >= wanted.size());
    assertThat(page.evaluate("() => mine.told")).isEqualTo(wanted);
  }

  /** What happens while it comes back may reach the node's tail before or after it is live. */
  private void awaitEventsAndLive(String... words) {
    page.waitForCondition(
        () -> ((List<?>) page.evaluate("() => mine.told")).size() >= words.length + 1);
    List<Object> told = new ArrayList<>((List<?>) page.evaluate("() => mine.told"));
    told.remove(told.lastIndexOf("live"));
    assertThat(told).isEqualTo(List.of(words));
  }

  private StreamServer node() throws Exception {
    return new StreamServer(
        log,
        StreamServer.config(),
        List.of(mine, new PageRoutes(PageRoutes.Files.load(), List.of())));
  }
}
