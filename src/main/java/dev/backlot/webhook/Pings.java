package dev.backlot.webhook;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/**
 * Pings under way on this node: one for each endpoint, and few for all, because whoever asks for
 * one has us call an address of theirs. Thread-safe.
 */
final class Pings {
  static final int MAX = 16;

  private final Function<Endpoint, Future<Outcome>> sender;
  private final Set<EndpointId> underWay = new HashSet<>();

  /**
   * @param sender never fails
   */
  Pings(Function<Endpoint, Future<Outcome>> sender) {
    this.sender = sender;
  }

  /** Fails with {@code RATE_LIMITED} at the bound. */
  Future<Outcome> send(Endpoint endpoint) {
    if (!begin(endpoint.id())) {
      return Future.failedFuture(
          new BacklotException(
              ErrorCode.RATE_LIMITED,
              "A ping of this webhook is under way, or too many of others are. Wait for its answer."));
    }
    return sender.apply(endpoint).onComplete(answered -> end(endpoint.id()));
  }

  private synchronized boolean begin(EndpointId endpoint) {
    return underWay.size() < MAX && underWay.add(endpoint);
  }

  private synchronized void end(EndpointId endpoint) {
    underWay.remove(endpoint);
  }
}
