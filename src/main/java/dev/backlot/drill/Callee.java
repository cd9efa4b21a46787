package dev.backlot.drill;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Is called for the tasks of Kling's clients, and remembers what it was told. Thread-safe; closed
 * with its Vert.x.
 */
final class Callee {
  /** The clients give several addresses, each to many tasks. */
  private static final int ADDRESSES = 7;

  private final Map<String, List<JsonObject>> calls = new ConcurrentHashMap<>();
  private final HttpServer server;

  private Callee(Vertx vertx) {
    this.server = vertx.createHttpServer().requestHandler(this::take);
  }

  /** Blocking. */
  static Callee start(Vertx vertx) {
    Callee callee = new Callee(vertx);
    Patience.answer(
        "starting what is called back", callee.server.listen(0, "127.0.0.1").mapEmpty());
    return callee;
  }

  String url(Order order) {
    return "http://127.0.0.1:%d/calls/%d"
        .formatted(server.actualPort(), order.number() % ADDRESSES);
  }

  /** What it was told of a task, in the order in which it came. */
  List<JsonObject> calls(String task) {
    return calls.getOrDefault(task, List.of());
  }

  int count() {
    return calls.values().stream().mapToInt(List::size).sum();
  }

  boolean knowsEnd(String task) {
    return calls(task).stream().anyMatch(call -> rank(call) == 3);
  }

  /** Whether no status came behind a later one; the same may come again. */
  boolean isInOrder(String task) {
    int last = 0;
    for (JsonObject call : calls(task)) {
      int rank = rank(call);
      if (rank < last || rank == 0) {
        return false;
      }
      last = rank;
    }
    return true;
  }

  /** 1 to 3, in the order of a task's life; 0 for what is no status of the task's dialect. */
  private static int rank(JsonObject call) {
    boolean older = call.containsKey("task_id");
    return switch (call.getString(older ? "task_status" : "status", "")) {
      case "submitted" -> 1;
      case "processing" -> 2;
      case "failed" -> 3;
      case "succeed" -> older ? 3 : 0;
      case "succeeded" -> older ? 0 : 3;
      default -> 0;
    };
  }

  private void take(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              JsonObject call = body.toJsonObject();
              String task = call.getString("task_id", call.getString("id", "none"));
              calls.computeIfAbsent(task, first -> new CopyOnWriteArrayList<>()).add(call);
              request.response().end();
            });
  }
}
