package dev.backlot.stream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One batch on its way to the feeds of one event loop, on one turn of it. */
final class Delivery {
  private final boolean several;
  private final Set<Feed> holding = new HashSet<>();
  private final List<Feed> full = new ArrayList<>();

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
      if (several && holding.add(feed)) {
        feed.hold();
      }
      if (!feed.offer(frame)) {
        full.add(feed);
      }
    }
  }

  /** Lets everything go. Who could not take an event is sent away. */
  void end() {
    holding.forEach(Feed::release);
    full.forEach(Feed::giveUp);
  }
}
