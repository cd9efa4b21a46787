package dev.backlot.stream;

import dev.backlot.http.QuietFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch on its way to the feeds of one event loop, a part on each turn of it: what else the
 * loop has to do, such as the answers of the database, waits for a part and not for a crowd. What
 * goes wrong with one feed is its own: its client comes back for what it missed, and the others
 * miss nothing.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** Some milliseconds of work. A turn ends behind the feed that reaches it. */
  static final int EVENTS_A_TURN = 256;

  private final Map<Feed, List<Frame>> waiting = new LinkedHashMap<>();
  private final Consumer<Runnable> nextTurn;
  private final Promise<Void> done = Promise.promise();

  /**
   * @param nextTurn runs something on the same event loop, behind what waits for it already
   */
  Delivery(Consumer<Runnable> nextTurn) {
    this.nextTurn = nextTurn;
  }

  /** To be called for all events in their order, before {@link #run}. */
  void add(@Nullable Set<Feed> feeds, Frame frame) {
    if (feeds != null) {
      feeds.forEach(feed -> waiting.computeIfAbsent(feed, key -> new ArrayList<>(1)).add(frame));
    }
  }

  /** Whether this feed has not had its events yet. */
  boolean isAwaitedBy(Feed feed) {
    return waiting.containsKey(feed);
  }

  /** Out of its turn, before it changes what it follows. */
  void handTo(Feed feed) {
    List<Frame> frames = waiting.remove(feed);
    if (frames != null) {
      hand(feed, frames);
    }
  }

  /**
   * @return completes when all feeds have had their events; at once when one turn is enough
   */
  Future<Void> run() {
    int handed = 0;
    while (!waiting.isEmpty()) {
      if (handed >= EVENTS_A_TURN) {
        nextTurn.accept(this::run);
        return done.future();
      }
      Iterator<Map.Entry<Feed, List<Frame>>> first = waiting.entrySet().iterator();
      Map.Entry<Feed, List<Frame>> next = first.next();
      first.remove();
      handed += next.getValue().size();
      hand(next.getKey(), next.getValue());
    }
    done.tryComplete();
    return done.future();
  }

  private static void hand(Feed feed, List<Frame> frames) {
    try {
      if (!offer(feed, frames)) {
        feed.giveUp();
      }
    } catch (RuntimeException defect) {
      LOG.atError()
          .setCause(QuietFailure.of(defect))
          .log("an event could not be handed to a client");
      halt(feed);
    }
  }

  /** Several leave together. */
  private static boolean offer(Feed feed, List<Frame> frames) {
    if (frames.size() == 1) {
      return feed.offer(frames.get(0));
    }
    feed.hold();
    try {
      return frames.stream().allMatch(feed::offer);
    } finally {
      feed.release();
    }
  }

  private static void halt(Feed feed) {
    feed.halt();
    try {
      feed.giveUpHalted();
    } catch (RuntimeException defect) {
      LOG.atError()
          .setCause(QuietFailure.of(defect))
          .log("a client could not be told to come back");
    }
  }
}
