package dev.backlot.domain.batch;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;

/** What became of a batch, or of a retry inside one: all of it or nothing. */
public sealed interface BatchAdmission {
  /**
   * Stored, reserved and committed.
   *
   * @param answer what a repeat under the same key will get
   */
  record Accepted(BatchId id, String answer, int jobs) implements BatchAdmission {}

  /** The key was used before with the same body: the first answer again. */
  record Replayed(BatchId id, String answer) implements BatchAdmission {}

  /** The key was used before with another body. */
  record KeyReused() implements BatchAdmission {}

  /** Nothing was stored and nothing reserved. */
  record TooLittleCredit(Asset asset, Credits needed, Credits available)
      implements BatchAdmission {}

  /** There is no such batch for this tenant. */
  record Unknown() implements BatchAdmission {}

  /** The batch was canceled: nothing joins it any more. */
  record Closed() implements BatchAdmission {}
}
