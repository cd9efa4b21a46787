package dev.backlot.results;

import dev.backlot.config.ResultsConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Moves one body from the provider to the tenant. Reads on only while the tenant's socket takes
 * what was read, so that a slow player holds one write queue and no more. Ends early when no byte
 * moves for the idle time-out (noticed up to half as much later), when the transfer takes too long
 * and when more comes than was announced. Lives on the event loop of the tenant's request.
 */
final class Transfer {
  private final Vertx vertx;
  private final HttpClientResponse from;
  private final HttpServerResponse to;
  private final long bytesMax;
  private final boolean exact;
  private final Promise<Void> done = Promise.promise();

  private long received;
  private long written;
  private long writtenBefore;
  private int idleTicks;

  /**
   * @param bytesMax most bytes to pass on
   * @param exact whether fewer are a broken file too
   */
  Transfer(
      Vertx vertx, HttpClientResponse from, HttpServerResponse to, long bytesMax, boolean exact) {
    this.vertx = vertx;
    this.from = from;
    this.to = to;
    this.bytesMax = bytesMax;
    this.exact = exact;
  }

  /** Completes with the last byte; fails when the file is not whole. */
  Future<Void> run(ResultsConfig config) {
    long half = Math.max(1, config.idleTimeout().toMillis() / 2);
    long idle = vertx.setPeriodic(half, tick -> watch());
    long end =
        vertx.setTimer(
            config.transferTimeout().toMillis(), tick -> fail("the transfer took too long", null));
    // The future, not the handlers: it also tells of an end that came before us.
    from.end()
        .onSuccess(ended -> finish())
        .onFailure(broken -> fail("the provider broke off", broken));
    from.handler(this::pass).resume();
    return done.future()
        .onComplete(
            ended -> {
              vertx.cancelTimer(idle);
              vertx.cancelTimer(end);
            });
  }

  /** The tenant has gone. */
  void stop() {
    fail("the tenant broke off", null);
  }

  private void pass(Buffer bytes) {
    if (done.future().isComplete()) {
      return;
    }
    received += bytes.length();
    if (received > bytesMax) {
      fail("the provider sent more than allowed", null);
      return;
    }
    to.write(bytes).onSuccess(taken -> written += bytes.length());
    if (to.writeQueueFull()) {
      from.pause();
      to.drainHandler(drained -> from.resume());
    }
  }

  private void finish() {
    if (exact && received < bytesMax) {
      fail("the provider sent less than announced", null);
      return;
    }
    if (!done.future().isComplete()) {
      to.end()
          .onSuccess(sent -> done.tryComplete())
          .onFailure(broken -> fail("the tenant broke off", broken));
    }
  }

  private void watch() {
    idleTicks = written == writtenBefore ? idleTicks + 1 : 0;
    writtenBefore = written;
    if (idleTicks >= 2) {
      fail("no byte moved", null);
    }
  }

  private void fail(String reason, @Nullable Throwable cause) {
    done.tryFail(new BacklotException(ErrorCode.RESULT_UNAVAILABLE, reason, cause));
  }
}
