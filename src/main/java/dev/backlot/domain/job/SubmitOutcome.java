package dev.backlot.domain.job;

import dev.backlot.domain.ErrorCode;

/**
 * What is known after a create was tried (promise P2). There is no fourth case: whatever is not
 * surely one of the first three is {@link Unknown}.
 */
public sealed interface SubmitOutcome {
  /** The provider has the task. */
  record Accepted(String taskId) implements SubmitOutcome {}

  /**
   * The provider answered with a code of its table that means "no task". Whether that closes the
   * attempt depends on earlier unknown sends.
   *
   * @param providerCode the numeric code, for operators (Kling reference, section 8)
   * @param duplicate the code may mean "this id exists already" (1201): look up before believing it
   * @param detail safe for the tenant
   */
  record Refused(ErrorCode code, int providerCode, boolean duplicate, String detail)
      implements SubmitOutcome {}

  /** The bytes may have arrived. Time-out, reset, 5000, 5002, or an answer outside the table. */
  record Unknown(String reason) implements SubmitOutcome {}

  /**
   * Surely nothing was written: connection refused, DNS, open breaker, lease lost before the send.
   */
  record NeverSent(ErrorCode code, String reason) implements SubmitOutcome {}
}
