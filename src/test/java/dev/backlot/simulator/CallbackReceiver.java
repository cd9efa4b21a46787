package dev.backlot.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real HTTP server that a simulator calls back. Answers what it was told to, else 200. */
final class CallbackReceiver implements AutoCloseable {
  private static final int PATIENCE = 20;

  record Call(Map<String, List<String>> headers, String text) {
    JsonObject json() {
      return new JsonObject(text);
    }

    String status() {
      return json().getString("task_status", json().getString("status"));
    }

    /** Empty when it is not there. */
    String header(String name) {
      return headers.entrySet().stream()
          .filter(entry -> entry.getKey().equalsIgnoreCase(name))
          .map(entry -> entry.getValue().get(0))
          .findFirst()
          .orElse("");
    }
  }

  private final HttpServer server;
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();

  CallbackReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException taken) {
      throw new UncheckedIOException(taken);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/told?by=kling";
  }

  /** The next calls get these answers. */
  void answerNext(Integer... next) {
    statuses.addAll(List.of(next));
  }

  Call next() {
    try {
      Call call = calls.poll(PATIENCE, TimeUnit.SECONDS);
      if (call == null) {
        throw new AssertionError("no callback came");
      }
      return call;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  List<Call> next(int count) {
    List<Call> next = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      next.add(next());
    }
    return next;
  }

  /** What came and was not asked for. */
  int unread() {
    return calls.size();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Integer status = statuses.poll();
    if (status != null && status / 100 == 3) {
      exchange.getResponseHeaders().set("Location", url());
    }
    calls.add(
        new Call(
            Map.copyOf(exchange.getRequestHeaders()), new String(body, StandardCharsets.UTF_8)));
    exchange.sendResponseHeaders(status == null ? 200 : status, -1);
    exchange.close();
  }
}
