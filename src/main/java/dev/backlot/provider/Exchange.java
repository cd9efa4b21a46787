package dev.backlot.provider;

import dev.backlot.domain.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Knows at every moment whether a byte may have been written, which is
 * what tells "never sent" from "unknown". The deadline ends the waiting, not the exchange: an
 * answer that comes within the grace after it is still read, and told apart. Confined to the event
 * loop that started it.
 */
final class Exchange {
  private final Vertx vertx;
  private final RequestBody body;
  private final int answerSize;
  private final Duration grace;
  private final BooleanSupplier permit;
  private final Consumer<Reply> late;
  private final Function<byte[], Reply> reader;
  private final Promise<Reply> waiting = Promise.promise();
  private final Buffer answer = Buffer.buffer();

  private @Nullable HttpClientRequest request;
  private boolean written;
  private boolean whollyWritten;
  private boolean answered;
  private boolean over;
  private long graceTimer = -1;

  /**
   * @param body none for a GET
   * @param grace how long after the deadline an answer is still read; zero to cut it off
   * @param permit asked right before the write
   * @param late told of a reply that came in the grace, at most once
   * @param reader makes a reply of an answer's bytes
   */
  Exchange(
      Vertx vertx,
      RequestBody body,
      int answerSize,
      Duration grace,
      BooleanSupplier permit,
      Consumer<Reply> late,
      Function<byte[], Reply> reader) {
    this.vertx = vertx;
    this.body = body;
    this.answerSize = answerSize;
    this.grace = grace;
    this.permit = permit;
    this.late = late;
    this.reader = reader;
  }

  /** Never fails. */
  Future<Reply> run(HttpClient client, RequestOptions options, Deadline deadline) {
    deadline.watch(this::deadlinePassed);
    client.request(options).onComplete(this::connected, this::notConnected);
    return waiting.future();
  }

  private void notConnected(Throwable failure) {
    // Our own bound says nothing about the provider: it must not open the breaker.
    boolean ours = failure instanceof ConnectionPoolTooBusyException;
    notWritten(ours ? ErrorCode.OVERLOADED : ErrorCode.PROVIDER_UNAVAILABLE, name(failure));
  }

  private void notWritten(ErrorCode code, String reason) {
    over = true;
    answer(new Reply.NotWritten(code, reason));
  }

  private void connected(HttpClientRequest opened) {
    request = opened;
    opened.exceptionHandler(this::broke);
    if (answered) {
      opened.reset();
      return;
    }
    if (!permit.getAsBoolean()) {
      notWritten(ErrorCode.OVERLOADED, "not permitted any more");
      opened.reset();
      return;
    }
    written = true;
    body.send(opened, () -> over, () -> whollyWritten = true)
        .onComplete(this::headersCame, this::broke);
  }

  private void headersCame(HttpClientResponse response) {
    response.exceptionHandler(this::broke).handler(this::bytesCame);
    response.end().onComplete(end -> end(reader.apply(answer.getBytes())), this::broke);
  }

  private void bytesCame(Buffer bytes) {
    if (over) {
      return;
    }
    if (answer.length() + bytes.length() > answerSize) {
      end(new Reply.Unusable("answer too large"));
      reset();
      return;
    }
    answer.appendBuffer(bytes);
  }

  /** Heard in several ways; the first counts. */
  private void broke(Throwable failure) {
    end(new Reply.Unusable(name(failure)));
  }

  private void deadlinePassed() {
    if (answered) {
      return;
    }
    if (!written) {
      notWritten(ErrorCode.PROVIDER_UNAVAILABLE, "no connection in time");
      return;
    }
    answer(new Reply.Unusable("no answer in time"));
    // Half a body is no request: no answer to it can come that says more.
    if (grace.isZero() || !whollyWritten) {
      cutOff();
      return;
    }
    graceTimer = vertx.setTimer(grace.toMillis(), fired -> cutOff());
  }

  private void cutOff() {
    over = true;
    reset();
  }

  private void end(Reply reply) {
    if (over) {
      return;
    }
    over = true;
    vertx.cancelTimer(graceTimer);
    if (answered) {
      late.accept(reply);
      return;
    }
    answer(reply);
    if (written && !whollyWritten) {
      // Answered before the whole body was there: the rest would spoil the connection.
      reset();
    }
  }

  private void answer(Reply reply) {
    if (!answered) {
      answered = true;
      waiting.complete(reply);
    }
  }

  private void reset() {
    if (request != null) {
      request.reset();
    }
  }

  /** Exception messages may quote addresses; the class says enough. */
  private static String name(Throwable failure) {
    return failure.getClass().getSimpleName();
  }
}
