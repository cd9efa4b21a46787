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
  private final Signer signer;

  Signatures(WorkerExecutor workers, Signer signer) {
    this.workers = workers;
    this.signer = signer;
  }

  /**
   * @return as {@link Signer#sign}, on the caller's context; fails when the keys cannot be read
   */
  Future<String> of(Endpoint endpoint, String id, Instant now, String body) {
    return workers.executeBlocking(() -> signer.sign(endpoint, id, now, body), false);
  }
}
