package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that is submitted by a message and names an address for its own events. */
class BusWebhookTest {
  private final BlockingQueue<Post> posts = new LinkedBlockingQueue<>();
  private HttpServer receiver;

  @TempDir Path directory;

  private record Post(String path, Map<String, List<String>> headers, String body) {}

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", this::take);
    receiver.start();
  }

  @AfterEach
  void close() {
    receiver.stop(0);
  }

  @Test
  void its_end_is_posted_there_once_there_is_a_secret_to_sign_it_with() throws Exception {
    int port = FreePorts.next();
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("stream.tcp-bridge.enabled", "true");
    settings.put("stream.tcp-bridge.port", String.valueOf(port));
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings);
        Socket bridge = new Socket(InetAddress.getLoopbackAddress(), port)) {
      JsonObject refused = submit(bridge, backlot.demoKey());
      assertThat(refused.getInteger("status")).as(refused.encode()).isEqualTo(409);
      assertThat(refused.getJsonObject("problem").getString("code")).isEqualTo("no-webhook-secret");
      String secret =
          backlot.client().post("/api/v1/webhook-secret", "").json().getString("secret");

      JsonObject reply = submit(bridge, backlot.demoKey());

      assertThat(reply.getInteger("status")).as(reply.encode()).isEqualTo(202);
      String job = reply.getJsonObject("body").getString("id");
      Jobs.awaitAll(backlot.client(), List.of(job), "running");
      backlot.letRender();
      Post post = posts.poll(60, TimeUnit.SECONDS);
      assertThat(post).isNotNull();
      new Webhook(secret).verify(post.body(), post.headers());
      assertThat(post.path()).isEqualTo("/orders/4711");
      assertThat(new JsonObject(post.body()).getString("job_id")).isEqualTo(job);
      assertThat(new JsonObject(post.body()).getString("event")).isEqualTo("job.succeeded");
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    posts.add(new Post(exchange.getRequestURI().getPath(), headers, body));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  /** The answer to the command, over the TCP bridge: four bytes of length, then JSON. */
  private JsonObject submit(Socket bridge, String key) throws IOException {
    JsonObject job =
        new JsonObject(Api.body("a paper boat, told by wire"))
            .put(
                "webhook_url",
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/orders/4711")
            .put("webhook_events", List.of("job.succeeded"));
    byte[] message =
        new JsonObject()
            .put("type", "send")
            .put("address", "backlot.jobs.submit.v1")
            .put("replyAddress", "reply")
            .put("body", new JsonObject().put("token", key).put("body", job))
            .encode()
            .getBytes(StandardCharsets.UTF_8);
    DataOutputStream out = new DataOutputStream(bridge.getOutputStream());
    out.writeInt(message.length);
    out.write(message);
    out.flush();
    DataInputStream in = new DataInputStream(bridge.getInputStream());
    byte[] reply = in.readNBytes(in.readInt());
    return new JsonObject(new String(reply, StandardCharsets.UTF_8)).getJsonObject("body");
  }
}
