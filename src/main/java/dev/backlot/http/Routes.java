package dev.backlot.http;

import io.vertx.ext.web.Router;

/**
 * A group of routes that a feature adds to the server. Each event loop gets its own instance, so an
 * implementation needs no locks; what it shares must be thread-safe.
 */
public interface Routes {
  void mount(Router router);

  /**
   * The server is about to stop: answers that would go on for long should end now. On the event
   * loop of {@link #mount}.
   */
  default void stop() {}
}
