package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An incident that two nodes see, of which the one that tells it is killed in the middle. */
class AlertsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String FIRING = "alert.firing";
  private static final String RESOLVED = "alert.resolved";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Post> posts = new ConcurrentLinkedQueue<>();
  private final CountDownLatch testOver = new CountDownLatch(1);
  private HttpServer receiver;

  @TempDir Path directory;

  private record Post(String from, String id, JsonObject body) {
    boolean is(String type) {
      JsonObject data = body.getJsonObject("data");
      return body.getString("type").equals(type)
          && data.getString("rule").equals("breaker_open")
          && data.getString("subject").equals("simulator/create");
    }
  }

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(threads);
    receiver.createContext("/", this::take);
    receiver.start();
  }

  @AfterEach
  void close() {
    testOver.countDown();
    receiver.stop(0);
    threads.shutdownNow();
  }

  @Test
  void an_incident_is_one_notification_though_the_node_that_tells_it_is_killed() {
    try (BacklotProcess first = BacklotProcess.start(directory, settings("first"), "INFO");
        BacklotProcess second = BacklotProcess.beside(first, settings("second"))) {
      Books books = new Books(first);
      Eventually.until("the first evaluates", PATIENCE, () -> evaluator(books).equals("first"));
      Api.postTo(
          first.control() + "/faults",
          "{\"fault\":\"reset\",\"target\":\"create\",\"for\":\"10m\"}");
      submit(first.client());
      Eventually.until("the first tells it", PATIENCE, () -> posts(FIRING).size() == 1);

      first.kill();
      // With nothing to send it would see no trouble, and the incident would be over before its
      // turn.
      submit(new Api(second.api(), first.demoKey()));
      Eventually.until("the second tells it again", PATIENCE, () -> posts(FIRING).size() > 1);
      assertThat(evaluator(books)).isEqualTo("second");
      first.restart();
      Eventually.until("it is over", PATIENCE, () -> !posts(RESOLVED).isEmpty());

      // Had it lived, the first would have told it again itself.
      assertThat(posts(FIRING)).extracting(Post::from).containsExactly("/first", "/second");
      assertThat(posts(FIRING)).extracting(Post::id).containsOnly(posts(FIRING).get(0).id());
      assertThat(posts(RESOLVED)).extracting(Post::id).hasSize(1);
      assertThat(posts(RESOLVED).get(0).body().getJsonObject("data").getString("id"))
          .isEqualTo(posts(FIRING).get(0).body().getJsonObject("data").getString("id"));
    }
  }

  /** The first post of the incident hangs until the test is over, as its sender is about to die. */
  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    Post post = new Post(exchange.getRequestURI().getPath(), id, new JsonObject(body));
    boolean hang = post.is(FIRING) && posts(FIRING).isEmpty();
    posts.add(post);
    if (hang) {
      await();
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private void await() {
    try {
      testOver.await();
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Post> posts(String type) {
    return posts.stream().filter(post -> post.is(type)).toList();
  }

  private static String evaluator(Books books) {
    return books.text(
        "SELECT node.name FROM duty JOIN node ON node.id = duty.owner WHERE duty.name = 'alerting'");
  }

  private static void submit(Api node) {
    for (int n = 0; n < 8; n++) {
      node.submit("a paper boat, take " + n);
    }
  }

  private Map<String, String> settings(String name) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.name", name);
    settings.put("node.lease", "5s");
    settings.put("node.heartbeat", "300ms");
    settings.put("simulator.time-factor", "100");
    // Sends of unknown outcome keep theirs while the simulator is dead, and the second needs some.
    settings.put("simulator.slots", "50");
    settings.put("provider.accounts[0].slots.default", "50");
    settings.put("provider.breaker.failures", "3");
    settings.put("provider.breaker.reset", "500ms");
    settings.put("dispatch.unknown-horizon", "2s");
    settings.put("dispatch.max-attempts", "20");
    settings.put("dispatch.lookup-base", "100ms");
    settings.put("dispatch.lookup-cap", "1s");
    settings.put("alerting.interval", "200ms");
    settings.put("alerting.breaker-open.window", "10s");
    settings.put("alerting.breaker-open.pending-for", "0s");
    settings.put(
        "alerting.webhook.url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + name);
    settings.put("alerting.webhook.timeout", "10s");
    settings.put("alerting.webhook.secret", "file:" + secret());
    return settings;
  }

  private Path secret() {
    Path file = directory.resolve("webhook.secret");
    try {
      return Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
