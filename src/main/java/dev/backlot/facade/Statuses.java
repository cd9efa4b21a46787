package dev.backlot.facade;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobState;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The four words that clients know for where a task stands (Kling reference, section 3). A fifth
 * makes some of them fail (section 16). Pure.
 */
final class Statuses {
  static final String SUBMITTED = "submitted";
  static final String PROCESSING = "processing";
  static final String FAILED = "failed";

  /** Of the newer dialect; the older says {@code succeed}. */
  static final String SUCCEEDED = "succeeded";

  static final String SUCCEED = "succeed";

  /** What clients tell a refusal by their moderation by (section 8). */
  private static final String MODERATED = "Failure to pass the risk control system";

  private Statuses() {}

  static String modern(JobState state) {
    return switch (state) {
      case QUEUED, HELD, SUBMITTING -> SUBMITTED;
      case RUNNING, STORING -> PROCESSING;
      case SUCCEEDED -> SUCCEEDED;
      case FAILED, CANCELED, EXPIRED -> FAILED;
    };
  }

  static String legacy(JobState state) {
    return state == JobState.SUCCEEDED ? SUCCEED : modern(state);
  }

  /** None for a word that is none of the newer dialect. */
  static Set<JobState> states(String modern) {
    return Arrays.stream(JobState.values())
        .filter(state -> modern(state).equals(modern))
        .collect(Collectors.toSet());
  }

  /** Why a task failed, never empty then; empty for all others. */
  static String reason(ClientTask task) {
    if (!modern(task.state()).equals(FAILED)) {
      return "";
    }
    JobError error = task.error();
    if (error != null && error.code() == ErrorCode.CONTENT_REJECTED) {
      return MODERATED;
    }
    if (error != null) {
      return error.detail().isBlank() ? error.code().title() : error.detail();
    }
    return switch (task.state()) {
      case CANCELED -> "The task was canceled.";
      case EXPIRED -> "The task did not start in time.";
      default -> "The task failed.";
    };
  }
}
