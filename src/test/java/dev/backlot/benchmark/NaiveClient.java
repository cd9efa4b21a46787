package dev.backlot.benchmark;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one writes in an afternoon: a loop for each job that creates its task, waits twice as long
 * after each refusal for want of a slot (1 s at first, 60 s at most), and then asks every 5 s
 * whether the task has ended. Nothing is stored. Confined to one event loop.
 */
final class NaiveClient {
  private static final String PATH = "/v1/videos/text2video";
  private static final int CONNECTIONS = 64;
  private static final int NO_SLOT = 1303;
  private static final double FIRST_PAUSE = 1_000;
  private static final double LONGEST_PAUSE = 60_000;
  private static final double POLL = 5_000;

  private final Vertx vertx;
  private final int port;
  private final String apiKey;
  private final int timeFactor;
  private final HttpClient client;
  private final Map<String, Double> ends = new HashMap<>();
  private final Promise<Map<String, Double>> done = Promise.promise();
  private int left;

  /**
   * @param timeFactor by which the provider is faster than the real one: all pauses are shorter by
   *     it
   */
  NaiveClient(Vertx vertx, int port, String apiKey, int timeFactor) {
    this.vertx = vertx;
    this.port = port;
    this.apiKey = apiKey;
    this.timeFactor = timeFactor;
    this.client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  }

  /** When it knew of each end, by task id, in milliseconds since the epoch. */
  Future<Map<String, Double>> run(List<JsonObject> inputs) {
    left = inputs.size();
    inputs.forEach(input -> create(input, FIRST_PAUSE));
    return done.future().eventually(client::close);
  }

  private void create(JsonObject input, double pause) {
    send(HttpMethod.POST, PATH, input)
        .onSuccess(
            answer -> {
              if (answer.getInteger("code") == NO_SLOT) {
                later(pause, () -> create(input, Math.min(2 * pause, LONGEST_PAUSE)));
              } else {
                later(POLL, () -> poll(answer.getJsonObject("data").getString("task_id")));
              }
            })
        .onFailure(done::tryFail);
  }

  private void poll(String task) {
    send(HttpMethod.GET, PATH + "/" + task, null)
        .onSuccess(
            answer -> {
              String status = answer.getJsonObject("data").getString("task_status");
              if (status.equals("succeed") || status.equals("failed")) {
                ended(task);
              } else {
                later(POLL, () -> poll(task));
              }
            })
        .onFailure(done::tryFail);
  }

  private void ended(String task) {
    ends.put(task, (double) System.currentTimeMillis());
    left--;
    if (left == 0) {
      done.tryComplete(ends);
    }
  }

  private Future<JsonObject> send(HttpMethod method, String path, @Nullable JsonObject body) {
    return client
        .request(method, port, "127.0.0.1", path)
        .compose(request -> send(request, body))
        .map(Buffer::toJsonObject);
  }

  private Future<Buffer> send(HttpClientRequest request, @Nullable JsonObject body) {
    request.putHeader("Authorization", "Bearer " + apiKey);
    if (body != null) {
      request.putHeader("Content-Type", "application/json");
    }
    return (body == null ? request.send() : request.send(body.toBuffer()))
        .compose(answer -> answer.body());
  }

  private void later(double millis, Runnable then) {
    vertx.setTimer(Math.max(1, Math.round(millis / timeFactor)), due -> then.run());
  }
}
