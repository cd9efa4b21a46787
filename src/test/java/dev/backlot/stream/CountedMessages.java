package dev.backlot.stream;

import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens where nothing must arrive. */
final class CountedMessages {
  private final AtomicInteger count = new AtomicInteger();

  CountedMessages(Vertx vertx, String... addresses) {
    for (String address : addresses) {
      vertx.eventBus().consumer(address, message -> count.incrementAndGet());
    }
  }

  int count() {
    return count.get();
  }
}
