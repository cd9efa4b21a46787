package dev.backlot.domain.job;

import java.util.Set;
import java.util.UUID;

/** Whoever waits for the answer to a create or a call. Asked when that is stored, on any thread. */
public interface Asker {
  /** Nobody waits any more, and no repeat has come for what this one makes. */
  boolean isGone();

  /**
   * Whether it waits for requests that are the same and have not been answered. Only at first:
   * those that come meanwhile are waited for by nobody, or there would be no end.
   */
  boolean looksAround();

  /** Jobs or calls that are the same, for which clients of this node wait: it knows of them. */
  Set<UUID> beside();
}
