package dev.backlot.webhook;

import dev.backlot.webhook.Outcome.Kind;
import dev.backlot.webhook.SharedLookUps.NotBegun;
import dev.backlot.webhook.TargetGuard.Forbidden;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One request and its answer, which can be broken off at any time. Lives on one event loop. */
final class Exchange {
  private @Nullable HttpClientRequest request;
  private boolean over;
  private long read;

  /** The head of the answer. */
  Future<HttpClientResponse> send(HttpClientRequest opened, String body) {
    request = opened;
    if (over) {
      // Too late: the connection came after the time for it.
      opened.reset();
      return Future.failedFuture(new TimeoutException());
    }
    return opened
        .send(body)
        .map(
            answer -> {
              // Breaking off is reported here too; without a handler Vert.x would log an error.
              answer.exceptionHandler(broken -> {});
              return answer.pause();
            });
  }

  /** Reads the body and forgets it; breaks off what is longer, or takes longer. Never fails. */
  Future<Void> drain(HttpClientResponse answer, int most, Duration patience) {
    answer.handler(
        part -> {
          read += part.length();
          if (read > most) {
            breakOff();
          }
        });
    Future<Void> whole = answer.end();
    answer.resume();
    return whole
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(longOrSlow -> breakOff())
        .otherwiseEmpty();
  }

  /** Breaks off, and says what went wrong. */
  Kind broken(Throwable failure) {
    breakOff();
    if (failure instanceof Forbidden) {
      return Kind.FORBIDDEN_ADDRESS;
    }
    if (failure instanceof NotBegun) {
      return Kind.NOT_BEGUN;
    }
    if (failure instanceof TimeoutException) {
      return Kind.TIMEOUT;
    }
    return request == null ? Kind.NO_CONNECTION : Kind.BAD_ANSWER;
  }

  private void breakOff() {
    over = true;
    if (request != null) {
      request.reset();
    }
  }
}
