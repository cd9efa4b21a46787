package dev.backlot.ops;

import io.vertx.core.Future;

/** One look at something that is too dear to be looked at on every scrape. */
interface Sample {
  /** Reads and sets the gauges; they keep their last values when it fails. */
  Future<?> take();
}
