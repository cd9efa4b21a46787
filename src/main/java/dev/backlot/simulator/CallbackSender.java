package dev.backlot.simulator;

import dev.backlot.config.SimulatorCallbacks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;

/**
 * Posts callbacks. Follows no redirect and reads no answer beyond its status; at most {@link
 * #CONNECTIONS_MAX} connections per receiver, so that a dead one holds up nobody else. Whoever
 * calls bounds how many are on their way. Event loop only.
 */
final class CallbackSender {
  private static final int CONNECTIONS_MAX = 8;

  private final Vertx vertx;
  private final SimulatorCallbacks config;
  private final SimulatorClock clock;
  private final CallbackCounts counts;
  private final HttpClient client;
  private boolean closed;

  CallbackSender(
      Vertx vertx, SimulatorCallbacks config, SimulatorClock clock, CallbackCounts counts) {
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    this.counts = counts;
    int timeout = (int) config.timeout().toMillis();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(timeout),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
  }

  /** Completes after the first attempt, whatever its outcome; the others follow by themselves. */
  Future<Void> send(Callback callback) {
    return attempt(callback, 1);
  }

  Future<Void> close() {
    closed = true;
    return client.close();
  }

  private Future<Void> attempt(Callback callback, int number) {
    counts.attempted();
    return post(callback)
        .map(status -> status / 100 == 2)
        .otherwise(false)
        .map(
            delivered -> {
              concluded(callback, number, delivered);
              return null;
            });
  }

  private void concluded(Callback callback, int number, boolean delivered) {
    if (delivered) {
      counts.delivered();
    } else if (number >= config.attempts()) {
      counts.failed();
    } else {
      vertx.setTimer(config.pause().toMillis(), timer -> attempt(callback, number + 1));
    }
  }

  private Future<Integer> post(Callback callback) {
    if (closed) {
      return Future.failedFuture("closed");
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(callback.url())
            .setFollowRedirects(false);
    return client.request(options).compose(request -> post(callback, request));
  }

  private Future<Integer> post(Callback callback, HttpClientRequest request) {
    request.putHeader("Content-Type", "application/json");
    CallbackSigner signer = callback.signer();
    if (signer != null) {
      long timestamp = clock.wallTime().getEpochSecond();
      request
          .putHeader("webhook-id", callback.id())
          .putHeader("webhook-timestamp", String.valueOf(timestamp))
          .putHeader("webhook-signature", signer.sign(callback.id(), timestamp, callback.body()));
    }
    return request
        .send(callback.body())
        .compose(answer -> answer.end().map(answer.statusCode()))
        .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(failure -> request.reset());
  }
}
