package dev.backlot.simulator;

/**
 * A status outside the documented four.
 *
 * @param word may be empty
 * @param until milliseconds of the simulator's clock; {@link TaskPlan#NEVER} for no end
 */
record OddStatus(String word, long until) {
  /** With an end that was counted from the moment. */
  OddStatus from(long moment) {
    return until == TaskPlan.NEVER ? this : new OddStatus(word, moment + until);
  }
}
