package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Is called by Kling's API, and written from its reference alone (section 10): either dialect,
 * signed or not.
 */
final class CallbackReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Set<String> ENDS = Set.of("succeed", "succeeded", "failed");
  private final HttpServer server;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  /**
   * @param id null when the call was not signed
   */
  record Call(
      String path,
      String text,
      @Nullable String id,
      @Nullable String timestamp,
      @Nullable String signature) {
    JsonObject body() {
      return new JsonObject(text);
    }

    /** The body is the task itself, in one of two shapes. */
    String task() {
      return body().getString("task_id", body().getString("id"));
    }

    String status() {
      return body().getString("task_status", body().getString("status"));
    }

    boolean isSigned() {
      return id != null || timestamp != null || signature != null;
    }

    boolean isSignedWith(String secret) {
      String sent = Objects.requireNonNull(timestamp);
      assertThat(Math.abs(Instant.now().getEpochSecond() - Long.parseLong(sent))).isLessThan(300);
      return verifies(
          secret, Objects.requireNonNull(id), sent, text, Objects.requireNonNull(signature));
    }
  }

  static boolean verifies(
      String secret, String id, String timestamp, String body, String signatures) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] wanted =
          mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
      for (String each : signatures.split(" ")) {
        assertThat(each).startsWith("v1,");
        if (MessageDigest.isEqual(wanted, Base64.getDecoder().decode(each.substring(3)))) {
          return true;
        }
      }
      return false;
    } catch (GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
  }

  CallbackReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** The first call with this status to this path is answered 500. */
  void failOnce(String path, String status) {
    failing.add(path + " " + status);
  }

  List<Call> at(String path) {
    return calls.stream().filter(call -> call.path().equals(path)).toList();
  }

  /** In the order in which they came. */
  List<String> statuses(String path) {
    return at(path).stream().map(Call::status).toList();
  }

  /** Waits until so many calls there told an end, and answers the last one. */
  Call awaitEnd(String path, int ends) {
    Eventually.until(
        ends + " ends are told at " + path,
        PATIENCE,
        () -> statuses(path).stream().filter(ENDS::contains).count() == ends);
    List<Call> told = at(path);
    return told.get(told.size() - 1);
  }

  Call awaitEnd(String path) {
    return awaitEnd(path, 1);
  }

  private void take(HttpExchange exchange) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Call call =
        new Call(
            exchange.getRequestURI().getPath(),
            text,
            exchange.getRequestHeaders().getFirst("webhook-id"),
            exchange.getRequestHeaders().getFirst("webhook-timestamp"),
            exchange.getRequestHeaders().getFirst("webhook-signature"));
    calls.add(call);
    boolean fails = failing.remove(call.path() + " " + call.status());
    exchange.sendResponseHeaders(fails ? 500 : 200, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
