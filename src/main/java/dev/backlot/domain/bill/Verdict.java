package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Credits;

/** What follows for one task and asset. */
public sealed interface Verdict {
  /** The books say what the provider says. */
  record Matched() implements Verdict {}

  /**
   * To be listed, and nothing to be booked.
   *
   * @param booked what the books have of it
   */
  record Listed(Finding finding, Credits booked) implements Verdict {}

  /**
   * To be booked to an account of the house, and listed.
   *
   * @param amount what the provider billed beyond the books; below zero when it billed less
   */
  record Correction(Finding finding, House house, Credits booked, Credits amount)
      implements Verdict {}

  /** Which account of the house pays, or gets back, the difference. */
  enum House {
    /** A tenant got what it paid for, and its bill was another one than expected. */
    DRIFT,
    /** No tenant pays for the task. */
    LOSS
  }
}
