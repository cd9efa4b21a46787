package dev.backlot.dispatch;

import dev.backlot.domain.input.PartPlace;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.port.Inputs;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Fetches the long values of an attempt's body right before its send. Beyond a number of bytes that
 * are held at a time the next one waits, in the order of asking; how many can wait is bounded by
 * the sends under way. One that alone has more than that is let through when nothing else is held.
 * Confined to one event loop.
 */
final class PartLoader {
  private final Inputs inputs;
  private final long bytesMax;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long held;

  private record Waiting(long bytes, Promise<Void> turn) {}

  /**
   * @param bytesMax most bytes of parts in memory at a time
   */
  PartLoader(Inputs inputs, long bytesMax) {
    this.inputs = inputs;
    this.bytesMax = bytesMax;
  }

  /**
   * @param send is given the parts in the order of their places; they are held until it is done.
   *     Not called when they cannot be read: then the future fails
   */
  <T> Future<T> with(
      AttemptRef ref, List<PartPlace> places, Function<List<byte[]>, Future<T>> send) {
    long bytes = places.stream().mapToLong(PartPlace::length).sum();
    return turn(bytes)
        .compose(
            mine ->
                read(ref, places, new ArrayList<>()).compose(send).onComplete(done -> free(bytes)));
  }

  /** Bytes of parts in memory now. */
  long held() {
    return held;
  }

  private Future<List<byte[]>> read(AttemptRef ref, List<PartPlace> places, List<byte[]> read) {
    if (read.size() == places.size()) {
      return Future.succeededFuture(read);
    }
    PartPlace next = places.get(read.size());
    return inputs
        .read(ref.tenant(), ref.job(), next.offset(), next.length())
        .compose(
            part -> {
              read.add(part);
              return read(ref, places, read);
            });
  }

  private Future<Void> turn(long bytes) {
    if (waiting.isEmpty() && hasRoom(bytes)) {
      held += bytes;
      return Future.succeededFuture();
    }
    Waiting last = new Waiting(bytes, Promise.promise());
    waiting.add(last);
    return last.turn().future();
  }

  private boolean hasRoom(long bytes) {
    return held == 0 || held + bytes <= bytesMax;
  }

  private void free(long bytes) {
    held -= bytes;
    for (Waiting next = waiting.peek();
        next != null && hasRoom(next.bytes());
        next = waiting.peek()) {
      waiting.remove();
      held += next.bytes();
      next.turn().complete();
    }
  }
}
