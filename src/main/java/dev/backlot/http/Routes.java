package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Optional;

/**
 * A group of routes that a feature adds to the server. Each event loop gets its own instance, so an
 * implementation needs no locks; what it shares must be thread-safe.
 */
public interface Routes {
  void mount(Router router);

  /**
   * What callers of this group read when their request is refused before any router sees it,
   * because its head is no sound HTTP. On the event loop of {@link #mount}.
   *
   * @return empty for what is not this group's, and for a group that has no words of its own
   */
  default Optional<Refusal> unread(
      HttpServerRequest request, BacklotException known, String requestId) {
    return Optional.empty();
  }

  /**
   * An answer to what could not be read.
   *
   * @param status of HTTP
   */
  record Refusal(int status, String mediaType, JsonObject body) {}

  /**
   * The server is about to stop: answers that would go on for long should end now. On the event
   * loop of {@link #mount}.
   */
  default void stop() {}
}
