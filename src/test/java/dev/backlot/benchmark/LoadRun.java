package dev.backlot.benchmark;

import dev.backlot.benchmark.LoadReport.Accepted;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** One load. Confined to one event loop. */
final class LoadRun {
  private static final long PACE_MILLIS = 1;

  private final Vertx vertx;
  private final LoadOrder order;
  private final HttpClient client;
  private final List<Buffer> bodies;
  private final Promise<LoadReport> done = Promise.promise();
  private final List<Long> latencies = new ArrayList<>();
  private final List<Accepted> answers = new ArrayList<>();
  private final long begun = System.nanoTime();
  private String failure = "";
  private int sent;
  private int underWay;
  private long ended;

  LoadRun(Vertx vertx, LoadOrder order) {
    this.vertx = vertx;
    this.order = order;
    this.bodies = order.bodies().stream().map(Buffer::buffer).toList();
    this.client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(order.connections()));
  }

  Future<LoadReport> run() {
    if (order.perSecond() > 0) {
      long timer = vertx.setPeriodic(PACE_MILLIS, id -> sendDue());
      done.future().onComplete(over -> vertx.cancelTimer(timer));
    } else {
      for (int i = 0; i < order.connections(); i++) {
        sendNext();
      }
    }
    return done.future().eventually(client::close);
  }

  private void sendDue() {
    long due = (System.nanoTime() - begun) * order.perSecond() / 1_000_000_000;
    while (sent < due && !isOver()) {
      send().onComplete(answered -> finishWhenOver());
    }
  }

  private void sendNext() {
    if (isOver()) {
      finishWhenOver();
      return;
    }
    send().onComplete(answered -> sendNext());
  }

  private boolean isOver() {
    boolean over =
        (order.jobs() > 0 && sent >= order.jobs())
            || (order.millis() > 0 && System.nanoTime() - begun >= order.millis() * 1_000_000)
            || !failure.isEmpty();
    if (over && ended == 0 && order.millis() > 0) {
      ended = System.nanoTime();
    }
    return over;
  }

  private Future<?> send() {
    String key = order.keys().get(sent % order.keys().size());
    int port = order.ports().get(sent % order.ports().size());
    String path = order.paths().get(sent % order.paths().size());
    Buffer body = bodies.get(sent % bodies.size());
    sent++;
    underWay++;
    Instant wallTime = Instant.now();
    long time = System.nanoTime();
    return client
        .request(HttpMethod.POST, port, "127.0.0.1", path)
        .compose(request -> send(request, key, body))
        .compose(answer -> answer.body().map(text -> note(answer, text, wallTime, time)))
        .onFailure(broken -> failure = String.valueOf(broken))
        .onComplete(answered -> underWay--);
  }

  private Future<HttpClientResponse> send(HttpClientRequest request, String key, Buffer body) {
    return request
        .putHeader("Authorization", "Bearer " + key)
        .putHeader("Content-Type", "application/json")
        .send(body);
  }

  private int note(HttpClientResponse answer, Buffer text, Instant wallTime, long time) {
    if (answer.statusCode() != order.status()) {
      failure = answer.statusCode() + " " + text;
      return 0;
    }
    if (ended == 0) {
      latencies.add(System.nanoTime() - time);
    }
    if (order.perSecond() > 0 && order.status() == 202) {
      String id = text.toJsonObject().getString("id");
      answers.add(new Accepted(id, micros(wallTime), micros(Instant.now())));
    }
    return 0;
  }

  private void finishWhenOver() {
    if (!isOver() || underWay > 0) {
      return;
    }
    long end = ended == 0 ? System.nanoTime() : ended;
    List<Long> sorted = latencies.stream().sorted().toList();
    double seconds = (end - begun) / 1e9;
    done.tryComplete(
        new LoadReport(
            sorted.size(), failure, seconds, within(sorted, 50), within(sorted, 99), answers));
  }

  /** Milliseconds within which so many percent were answered. */
  private static double within(List<Long> sorted, int percent) {
    return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percent / 100) / 1e6;
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }
}
