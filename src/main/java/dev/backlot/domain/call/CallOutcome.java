package dev.backlot.domain.call;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import org.jspecify.annotations.Nullable;

/** What is known after a call was sent. Whatever is not surely one of the others is unknown. */
public sealed interface CallOutcome {
  /**
   * It was done.
   *
   * @param data the JSON of the answer
   * @param billed what the provider says that it took; null when it says nothing
   * @param taskId the provider's id of it; null when it gave none
   */
  record Answered(String data, @Nullable Credits billed, @Nullable String taskId)
      implements CallOutcome {}

  /**
   * The provider says that it was not done.
   *
   * @param providerCode the number of its refusal, for operators; 0 when it has answered that it
   *     did not work out
   */
  record Refused(ErrorCode code, int providerCode) implements CallOutcome {}

  /** Surely nothing was written. */
  record NeverSent(ErrorCode code, String reason) implements CallOutcome {}

  /**
   * The bytes may have arrived.
   *
   * @param reason one of our own short texts
   * @param providerCode the number that the provider gave; 0 without one
   */
  record Unknown(String reason, int providerCode) implements CallOutcome {}
}
