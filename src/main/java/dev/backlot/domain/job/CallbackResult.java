package dev.backlot.domain.job;

/** What became of one callback of the provider. None of them changes a job. */
public enum CallbackResult {
  /** Polling was told to ask. */
  HINTED,
  /** It spoke of a task that is still at work. */
  IGNORED,
  /** Its address is not one that we gave away, or of an account that is no longer there. */
  BAD_TOKEN,
  /** Its signature is wrong, too old, or missing where one is required. */
  BAD_SIGNATURE,
  /** Longer than a callback may be. */
  TOO_LARGE,
  /** Too many others were waiting: a poll finds what it was about. */
  DROPPED
}
