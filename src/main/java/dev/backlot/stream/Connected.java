package dev.backlot.stream;

import java.time.Instant;
import java.util.Optional;

/** Somebody with an open connection, whatever carries it. Its event loop only. */
public interface Connected {
  /** The credential by which it follows; empty while it has shown none, and when it is closing. */
  Optional<Access> access();

  /** Its credential has ended: it is told, and closed. */
  void endCredential();

  /**
   * The database knew the credential to be good.
   *
   * @param at when it was asked
   */
  void confirmed(Instant at);

  /** Everything that comes with time. Called several times a second. */
  void tick(Instant now);

  /** The node stops: it is told where to come back to, and closed. */
  void shutdown();
}
