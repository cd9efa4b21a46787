package dev.backlot.domain.job;

/** What becomes of a job that can run nowhere. */
public enum NowherePolicy {
  /** It is held, with its reservation, until something changes. */
  HOLD,
  /** It fails, and costs nothing. */
  FAIL
}
