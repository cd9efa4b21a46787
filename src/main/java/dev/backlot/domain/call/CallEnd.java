package dev.backlot.domain.call;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.Output;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a call ended. */
public sealed interface CallEnd {
  /** What is said of a call whose outcome nobody knows. */
  JobError UNKNOWN =
      new JobError(
          ErrorCode.CALL_OUTCOME_UNKNOWN,
          "The call was sent, and no answer came that says whether it was done. It is not sent"
              + " again and counts as spent until the bill shows that it was not done; then it is"
              + " refunded. See whether what you wanted is there before you ask for it anew: that"
              + " is another call.");

  /**
   * When its first byte left, or may have left; null when surely none did.
   *
   * @return null only for one that failed
   */
  @Nullable Instant sentAt();

  /** In which the call then is. */
  CallState state();

  /**
   * @param billed what the provider says that it took; null when it says nothing
   * @param providerTaskId the provider's id of it; null when it gave none
   * @param outputs what it made that later jobs and calls name
   * @param answer the provider's; null when it is too long to be kept
   */
  record Succeeded(
      Instant sentAt,
      @Nullable Credits billed,
      @Nullable String providerTaskId,
      List<Output> outputs,
      @Nullable String answer)
      implements CallEnd {
    public Succeeded {
      outputs = List.copyOf(outputs);
    }

    @Override
    public CallState state() {
      return CallState.SUCCEEDED;
    }
  }

  /**
   * It surely was not done.
   *
   * @param providerCode the number with which the provider refused it; 0 when it was not asked
   */
  record Failed(@Nullable Instant sentAt, JobError error, int providerCode) implements CallEnd {
    @Override
    public CallState state() {
      return CallState.FAILED;
    }
  }

  /**
   * It may have been done.
   *
   * @param providerCode the number that the provider gave; 0 without one
   */
  record Unknown(Instant sentAt, int providerCode) implements CallEnd {
    @Override
    public CallState state() {
      return CallState.UNKNOWN;
    }
  }
}
