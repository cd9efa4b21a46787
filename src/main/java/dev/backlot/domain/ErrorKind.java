package dev.backlot.domain;

/** Who must act on an error. Retry, breaker and alert severity read this, never a message text. */
public enum ErrorKind {
  /** The request is wrong; only its sender can mend it. Repeating it unchanged cannot help. */
  CALLER,
  /**
   * Refused for its content by the provider's policy. Never retried, never counts for a breaker.
   */
  CONTENT,
  /** Something is used up: credit, queue space, a rate. Repeating later may help. */
  CAPACITY,
  /** A fault of the provider that is known to have had no effect. Repeating later may help. */
  TRANSIENT,
  /** It is not known whether the call had an effect. Resolved by a look-up, never by repeating. */
  AMBIGUOUS,
  /** An account or key at the provider needs its operator. Parks the account, burns no job. */
  ACCOUNT,
  /** A mistake in this program. */
  DEFECT
}
