package dev.backlot.stream;

import dev.backlot.http.QuietFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch on its way to the feeds of one event loop, on one turn of it. What goes wrong with one
 * feed is its own: its client comes back for what it missed, and the others miss nothing.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final boolean several;
  private final Set<Feed> holding = new HashSet<>();
  private final List<Feed> full = new ArrayList<>();
  private final Set<Feed> broken = new LinkedHashSet<>();

  /**
   * @param several whether a feed may get more than one event
   */
  Delivery(boolean several) {
    this.several = several;
  }

  void offer(@Nullable Set<Feed> feeds, Frame frame) {
    if (feeds == null) {
      return;
    }
    for (Feed feed : feeds) {
      try {
        offer(feed, frame);
      } catch (RuntimeException defect) {
        halt(feed, defect);
      }
    }
  }

  private void offer(Feed feed, Frame frame) {
    if (several && holding.add(feed)) {
      feed.hold();
    }
    if (!feed.offer(frame)) {
      full.add(feed);
    }
  }

  /** Lets everything go. Who could not take an event is sent away. */
  void end() {
    holding.forEach(feed -> attempt(feed, Feed::release));
    full.forEach(feed -> attempt(feed, Feed::giveUp));
    List.copyOf(broken).forEach(feed -> attempt(feed, Feed::giveUpHalted));
  }

  private void attempt(Feed feed, Consumer<Feed> step) {
    try {
      step.accept(feed);
    } catch (RuntimeException defect) {
      halt(feed, defect);
    }
  }

  private void halt(Feed feed, RuntimeException defect) {
    feed.halt();
    broken.add(feed);
    LOG.atError().setCause(QuietFailure.of(defect)).log("an event could not be handed to a client");
  }
}
