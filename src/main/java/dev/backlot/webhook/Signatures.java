package dev.backlot.webhook;

import dev.backlot.domain.webhook.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.time.Instant;

/**
 * Signs away from the event loop: one signature takes some milliseconds, and a claim asks for
 * hundreds at once. No more wait than there are deliveries and pings under way. Thread-safe.
 */
final class Signatures {
  private final WorkerExecutor workers;
  private final KeySafe safe;

  Signatures(WorkerExecutor workers, KeySafe safe) {
    this.workers = workers;
    this.safe = safe;
  }

  /**
   * @return as {@link Signer#open}, on the caller's context; fails when the keys cannot be read
   */
  Future<Signer> open(Endpoint endpoint, Instant now) {
    return workers.executeBlocking(() -> Signer.open(safe, endpoint, now), false);
  }

  /**
   * @return as {@link Signer#sign}, on the caller's context
   */
  Future<String> of(Signer signer, String id, Instant now, String body) {
    return workers.executeBlocking(() -> signer.sign(id, now, body), false);
  }
}
