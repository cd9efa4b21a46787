package dev.backlot.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** A body of unannounced length: one buffer, then the end. */
final class OneBuffer implements ReadStream<Buffer> {
  private final Buffer content;
  private Handler<Buffer> data = ignored -> {};
  private Handler<Void> end = ignored -> {};
  private boolean done;

  OneBuffer(Buffer content) {
    this.content = content;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    return this;
  }

  @Override
  public ReadStream<Buffer> handler(Handler<Buffer> handler) {
    if (handler != null) {
      data = handler;
    }
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    return fetch(1);
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    if (!done) {
      done = true;
      data.handle(content);
      end.handle(null);
    }
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(Handler<Void> handler) {
    if (handler != null) {
      end = handler;
    }
    return this;
  }
}
