package dev.backlot.store;

import dev.backlot.domain.credit.Credits;
import dev.backlot.port.Dispatches.Closing;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an attempt's row.
 *
 * @param sends how many sends are added to its count
 * @param doubtful from now on a send of it is unknown
 * @param counted whether it counts as a try of the job
 * @param detached its job ends without it
 */
record AttemptMove(
    String state,
    @Nullable String taskId,
    int sends,
    boolean doubtful,
    boolean counted,
    boolean detached,
    @Nullable String note,
    @Nullable Credits deduction,
    @Nullable String result) {
  static final String RUNNING = "running";
  static final String UNKNOWN = "unknown";
  static final String SUCCEEDED = "succeeded";

  static AttemptMove accepted(String taskId) {
    return new AttemptMove(RUNNING, taskId, 0, false, true, false, null, null, null);
  }

  static AttemptMove doubted(String reason) {
    return new AttemptMove(UNKNOWN, null, 0, true, true, false, reason, null, null);
  }

  /** Doubtful from before the send, because nobody may be there to record its outcome. */
  static AttemptMove sentAgain() {
    return new AttemptMove(UNKNOWN, null, 1, true, true, false, null, null, null);
  }

  static AttemptMove closed(Closing why, boolean counted, String note) {
    String state = why.name().toLowerCase(Locale.ROOT);
    return new AttemptMove(state, null, 0, false, counted, false, note, null, null);
  }

  static AttemptMove succeeded(@Nullable Credits deduction, String result) {
    return new AttemptMove(SUCCEEDED, null, 0, false, true, false, null, deduction, result);
  }

  static AttemptMove failed(@Nullable Credits deduction, String result, String note) {
    return new AttemptMove("failed", null, 0, false, true, false, note, deduction, result);
  }

  /** It runs on, and keeps its slot. */
  static AttemptMove detached(String note) {
    return new AttemptMove(RUNNING, null, 0, false, true, true, note, null, null);
  }

  /** Whether the attempt is over, and its slot free. */
  boolean closes() {
    return !state.equals(RUNNING) && !state.equals(UNKNOWN);
  }
}
