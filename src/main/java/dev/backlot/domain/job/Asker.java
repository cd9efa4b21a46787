package dev.backlot.domain.job;

import java.util.Set;

/** Whoever waits for the answer to a create. Asked when it is stored, on any thread. */
public interface Asker {
  /** Nobody waits any more, and no repeat has come for what this create makes. */
  boolean isGone();

  /**
   * Whether it waits for creates that are the same and have not been answered. Only at first: those
   * that come meanwhile are waited for by nobody, or there would be no end.
   */
  boolean looksAround();

  /** Jobs of creates that are the same, for which clients of this node wait: it knows of them. */
  Set<JobId> beside();
}
