package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.EventLog;
import dev.backlot.port.EventLog.Event;
import dev.backlot.port.EventLog.Selection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Sends one client some events between two positions, at the client's own pace: from memory where
 * that reaches back far enough, else from the database, a page at a time. What waits for the client
 * is never more than its queue and one page. One event loop only.
 */
final class Replay {
  static final int PAGE = 100;

  private final EventLog log;
  private final Subscriptions hub;
  private final Outbox outbox;
  private final Wanted wanted;
  private final LongSupplier goal;
  private final Promise<Long> reached = Promise.promise();
  private long position;

  /**
   * Which events are sent.
   *
   * @param selection what is read of the log: all of them, and maybe more
   */
  record Wanted(TenantId tenant, Selection selection, Predicate<Frame> filter) {}

  /**
   * @param from events after it are sent
   * @param goal the last position to send, asked for each page; must be committed
   */
  Replay(
      EventLog log, Subscriptions hub, Outbox outbox, Wanted wanted, long from, LongSupplier goal) {
    this.log = log;
    this.hub = hub;
    this.outbox = outbox;
    this.wanted = wanted;
    this.position = from;
    this.goal = goal;
  }

  /** Everything up to here was sent, or is not wanted. */
  long position() {
    return position;
  }

  /**
   * @return the position reached. Fails with {@code CURSOR_EXPIRED} when events are missing because
   *     they are no longer kept. Never completes when the client goes
   */
  Future<Long> run() {
    advance();
    return reached.future();
  }

  private void advance() {
    while (!outbox.isClosed()) {
      long upTo = goal.getAsLong();
      if (position >= upTo) {
        reached.complete(position);
        return;
      }
      if (outbox.isFull()) {
        outbox.whenDrained(this::advance);
        return;
      }
      if (!hub.recent().covers(position) || position >= hub.tail()) {
        readPage(upTo);
        return;
      }
      send(hub.recent().after(position, PAGE), Math.min(upTo, hub.tail()));
    }
  }

  private void readPage(long upTo) {
    hub.reads()
        .run(
            () ->
                log.after(wanted.tenant(), wanted.selection(), position, PAGE)
                    .compose(this::complete))
        .onSuccess(
            events -> {
              send(events.stream().map(Frame::new).toList(), upTo);
              advance();
            })
        .onFailure(reached::fail);
  }

  /**
   * Retention may have removed events just before the page was read: asked after it, not before.
   */
  private Future<List<Event>> complete(List<Event> page) {
    return log.oldest()
        .compose(
            oldest ->
                position < oldest - 1
                    ? Future.failedFuture(expired())
                    : Future.succeededFuture(page));
  }

  private void send(List<Frame> page, long upTo) {
    outbox.hold();
    try {
      sendEach(page, upTo);
    } finally {
      outbox.release();
    }
  }

  /** A page that is not full holds everything up to the goal. */
  private void sendEach(List<Frame> page, long upTo) {
    for (Frame frame : page) {
      if (frame.position() > upTo) {
        break;
      }
      if (wanted.filter().test(frame)) {
        outbox.send(frame);
      }
    }
    boolean full = page.size() == PAGE;
    position = full ? Math.min(upTo, page.get(PAGE - 1).position()) : upTo;
  }

  static BacklotException expired() {
    return new BacklotException(
        ErrorCode.CURSOR_EXPIRED, "Events after this cursor are no longer kept.");
  }
}
