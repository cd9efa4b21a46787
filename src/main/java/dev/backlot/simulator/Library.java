package dev.backlot.simulator;

import org.jspecify.annotations.Nullable;

/** What the account's tasks have made. */
@FunctionalInterface
interface Library {
  /**
   * @param id of a clip, a sound, an element or a voice
   * @return the task that made it; null when there is none, or it is too old
   */
  @Nullable Task made(String id);
}
