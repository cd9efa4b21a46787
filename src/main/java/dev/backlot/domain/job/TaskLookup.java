package dev.backlot.domain.job;

import dev.backlot.domain.ErrorCode;

/** The answer to "what became of this task?", asked by task id or by external id. */
public sealed interface TaskLookup {
  record Found(TaskReport report) implements TaskLookup {}

  /** Surely not there, by two independent ways of asking (promise P2). */
  record NotThere() implements TaskLookup {}

  /**
   * No usable answer: nothing may be concluded.
   *
   * @param providerCode the numeric code that the provider gave; 0 without one
   */
  record Unclear(ErrorCode code, String reason, int providerCode) implements TaskLookup {
    public Unclear(ErrorCode code, String reason) {
      this(code, reason, 0);
    }
  }
}
