package dev.backlot.port;

import io.vertx.core.Future;

/** Whether the standbys answer that commits wait for (promise P1). */
public interface Standbys {
  /**
   * Whether a commit that is sent now would wait for a synchronous standby that is missing or does
   * not answer. Asked by a read, on one connection; never true unless {@code database.failover}
   * promises such a standby.
   */
  Future<Boolean> commitsWait();
}
