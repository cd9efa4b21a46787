package dev.backlot.benchmark;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Stands between the service and the provider, passes everything on, and notes when each task was
 * asked for and the answer came. Confined to one event loop, but for {@link #gaps}.
 */
final class QueryLog implements AutoCloseable {
  private static final String PATH = "/tasks";
  private static final String IDS = "task_ids";
  private static final Pattern TASK_ID = Pattern.compile("[0-9]+");
  private static final int CONNECTIONS = 2_000;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  private final Map<String, Long> lastAnswer = new HashMap<>();
  private final List<Double> gaps = new ArrayList<>();
  private final HttpServer server;
  private volatile int provider;
  private long unanswered;
  private long queries;
  private boolean noting;

  QueryLog() {
    this.server =
        Await.result(
            vertx,
            () -> vertx.createHttpServer().requestHandler(this::pass).listen(0, "127.0.0.1"));
  }

  int port() {
    return server.actualPort();
  }

  /**
   * @param port the provider's, which is known after ours
   */
  void passTo(int port) {
    provider = port;
  }

  /**
   * @param unanswered queries whose answer never came
   * @param gaps seconds between two answers for the same task, in order; and until the end of the
   *     log for each task
   */
  record Noted(long queries, long unanswered, int tasks, List<Double> gaps) {
    double gap(double share) {
      return gaps.get((int) ((gaps.size() - 1) * share));
    }
  }

  /** Notes what is asked from now on. */
  void begin() {
    Await.result(
        vertx,
        () -> {
          lastAnswer.clear();
          gaps.clear();
          queries = 0;
          unanswered = 0;
          noting = true;
          return Future.succeededFuture();
        });
  }

  Noted end() {
    return Await.result(
        vertx,
        () -> {
          noting = false;
          long now = System.nanoTime();
          lastAnswer.values().forEach(last -> gaps.add((now - last) / 1e9));
          List<Double> sorted = gaps.stream().sorted().toList();
          return Future.succeededFuture(new Noted(queries, unanswered, lastAnswer.size(), sorted));
        });
  }

  private void pass(HttpServerRequest request) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost("127.0.0.1")
            .setPort(provider)
            .setURI(request.uri());
    request
        .body()
        .compose(body -> client.request(options).compose(passed -> send(request, passed, body)))
        .compose(answer -> answer.body().compose(body -> answer(request, answer, body)))
        .onFailure(broken -> broke(request));
  }

  private static Future<HttpClientResponse> send(
      HttpServerRequest request, HttpClientRequest passed, Buffer body) {
    request.headers().forEach(header -> passed.putHeader(header.getKey(), header.getValue()));
    // Who gives up on us gives up on the provider.
    request.connection().closeHandler(gone -> passed.reset());
    return passed.send(body);
  }

  private Future<Void> answer(HttpServerRequest request, HttpClientResponse answer, Buffer body) {
    note(request);
    request.response().setStatusCode(answer.statusCode());
    String type = answer.getHeader("Content-Type");
    if (type != null) {
      request.response().putHeader("Content-Type", type);
    }
    return request.response().end(body);
  }

  private void broke(HttpServerRequest request) {
    if (noting && !tasks(request).isEmpty()) {
      unanswered++;
    }
    request.connection().close();
  }

  private void note(HttpServerRequest request) {
    List<String> tasks = tasks(request);
    if (!noting || tasks.isEmpty()) {
      return;
    }
    queries++;
    long now = System.nanoTime();
    for (String task : tasks) {
      Long last = lastAnswer.put(task, now);
      if (last != null) {
        gaps.add((now - last) / 1e9);
      }
    }
  }

  /** Those that a request asks for: together, or a single one by the path of its product. */
  private static List<String> tasks(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      return List.of();
    }
    String together = request.path().equals(PATH) ? request.getParam(IDS) : null;
    if (together != null) {
      return List.of(together.split(","));
    }
    String last = request.path().substring(request.path().lastIndexOf('/') + 1);
    return TASK_ID.matcher(last).matches() ? List.of(last) : List.of();
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
