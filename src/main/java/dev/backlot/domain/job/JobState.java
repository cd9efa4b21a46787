package dev.backlot.domain.job;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where a job stands, and every move it may make.
 *
 * <pre>
 *  held &lt;--&gt; queued --&gt; submitting --&gt; running --&gt; (storing) --&gt; succeeded
 *    |         |  ^           |            |
 *    |         |  +-----------+------------+   1303, account fault; a failed task tried again
 *    +---------+--&gt; failed | canceled | expired
 *  held &lt;-------------- submitting        its model is refused, and no other may stand in
 * </pre>
 *
 * Terminal states never change again (promise P1).
 */
public enum JobState {
  /** Accepted and paid for in advance; waits for a slot. */
  QUEUED,
  /** Waits for somebody: batch paused, budget exhausted, model switched off. */
  HELD,
  /** An attempt is committed and is being sent, or its outcome is being found out. */
  SUBMITTING,
  /** The provider has taken the task. */
  RUNNING,
  /** Copying the result to own storage. Declared for later; nothing enters it yet. */
  STORING,
  SUCCEEDED,
  FAILED,
  CANCELED,
  EXPIRED;

  public Set<JobState> next() {
    return switch (this) {
      case QUEUED -> EnumSet.of(SUBMITTING, HELD, FAILED, CANCELED, EXPIRED);
      case HELD -> EnumSet.of(QUEUED, FAILED, CANCELED, EXPIRED);
      case SUBMITTING -> EnumSet.of(RUNNING, QUEUED, HELD, FAILED, CANCELED);
      case RUNNING -> EnumSet.of(STORING, SUCCEEDED, QUEUED, FAILED, CANCELED);
      case STORING -> EnumSet.of(SUCCEEDED, FAILED);
      case SUCCEEDED, FAILED, CANCELED, EXPIRED -> EnumSet.noneOf(JobState.class);
    };
  }

  public boolean mayBecome(JobState other) {
    return next().contains(other);
  }

  public boolean isTerminal() {
    return next().isEmpty();
  }

  /** The word used in SQL, JSON, metrics and event types. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static JobState parse(String text) {
    return Arrays.stream(values())
        .filter(state -> state.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a job state: " + text));
  }
}
