package dev.backlot.domain.job;

import dev.backlot.domain.credit.Credits;

/** What became of one submission of a group. */
public sealed interface Admission {
  /** Stored, reserved and committed. */
  record Accepted(JobId id) implements Admission {}

  /**
   * The key was used before with the same body: the first answer again.
   *
   * @param answer the stored body
   */
  record Replayed(JobId id, String answer) implements Admission {}

  /** The key was used before with another body. */
  record KeyReused() implements Admission {}

  /** The tenant has a job of this external id already. Nothing was stored and nothing reserved. */
  record ExternalIdTaken() implements Admission {}

  /**
   * An earlier request that is the same is stored and its answer was lost, or this one came to the
   * store when nobody waited for it any more. Nothing was stored and nothing reserved.
   */
  record Unanswered() implements Admission {}

  /** Nothing was stored and nothing reserved. */
  record TooLittleCredit(Credits needed, Credits available) implements Admission {}
}
