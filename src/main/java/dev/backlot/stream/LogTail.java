package dev.backlot.stream;

import dev.backlot.port.EventLog;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * Follows the log for the whole node: one query at a time, whatever asks for it. Confined to one
 * event loop.
 */
final class LogTail {
  private final EventLog log;
  private final int batchMax;
  private final Function<Batch, Future<Void>> deliver;

  /** Written on the event loop, read by meters. */
  private volatile long position = UNKNOWN;

  private static final long UNKNOWN = -1;

  /**
   * Everything that was committed between two positions.
   *
   * @param upTo position of the last frame
   */
  record Batch(List<Frame> frames, long upTo) {}

  /**
   * @param batchMax most events of one query
   * @param deliver hands a batch on; the next query waits for it, so that at most one batch is
   *     under way
   */
  LogTail(EventLog log, int batchMax, Function<Batch, Future<Void>> deliver) {
    this.log = log;
    this.batchMax = batchMax;
    this.deliver = deliver;
  }

  /** Finds the end of the log; what is older is read by those who resume. */
  Future<Long> start() {
    return log.head().onSuccess(head -> position = head);
  }

  /** How far the log was read; negative before {@link #start} is complete. Thread-safe. */
  long position() {
    return position;
  }

  /** Whether an advance to this position is news. 0 stands for: not known, look. */
  boolean isBehind(long advancedTo) {
    return advancedTo == 0 || advancedTo > position;
  }

  /**
   * Reads and hands on what was committed meanwhile, until nothing is left. Not to be called again
   * before the future is complete. After a failure nothing is lost: the next run reads from the
   * same place.
   *
   * @return the number of events
   */
  Future<Integer> runOnce() {
    return runFrom(0);
  }

  private Future<Integer> runFrom(int before) {
    return log.after(position, batchMax)
        .compose(
            events -> {
              int total = before + events.size();
              return handOn(events)
                  .compose(
                      done ->
                          events.size() < batchMax
                              ? Future.succeededFuture(total)
                              : runFrom(total));
            });
  }

  private Future<Void> handOn(List<Event> events) {
    if (events.isEmpty()) {
      return Future.succeededFuture();
    }
    long upTo = events.get(events.size() - 1).position();
    Future<Void> handedOn =
        deliver.apply(new Batch(events.stream().map(Frame::new).toList(), upTo));
    // Only now: what could not be handed on is read again.
    position = upTo;
    return handedOn;
  }
}
