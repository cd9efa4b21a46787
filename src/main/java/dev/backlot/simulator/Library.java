package dev.backlot.simulator;

import org.jspecify.annotations.Nullable;

/** What the account's tasks and calls have made. */
interface Library {
  /**
   * @param id of a clip, a sound, an element or a voice
   * @return the task that made it; null when there is none, or it is too old
   */
  @Nullable Task made(String id);

  /** Null when none was opened, or it is over. */
  @Nullable Session session(String id);
}
