package dev.backlot.membership;

import dev.backlot.domain.node.CommitGate;
import dev.backlot.port.Standbys;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shuts the gate for commits while they would wait for a standby that does not answer, and opens it
 * again. To look is to read: it works while nothing can be committed. That no alert can be stored
 * then is why it says so in the log itself.
 */
public final class StandbyWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StandbyWatch.class);

  private final Standbys standbys;
  private final CommitGate gate;

  public StandbyWatch(Standbys standbys, CommitGate gate) {
    this.standbys = standbys;
    this.gate = gate;
  }

  /** Fails, and leaves the gate as it is, when the database does not say. */
  public Future<Void> look() {
    return standbys
        .commitsWait()
        .map(
            wait -> {
              move(wait);
              return null;
            });
  }

  private void move(boolean wait) {
    if (wait && gate.shut()) {
      LOG.error(
          "commits wait for a synchronous standby that does not answer: nothing is accepted or sent"
              + " until it does; what is stored is read as ever");
    }
    if (!wait && gate.open()) {
      LOG.info("the synchronous standby answers; commits are sent again");
    }
  }
}
