package dev.backlot.domain.job;

/** What becomes of a job that was cancelled while the provider was at work: Kling has no cancel. */
public enum CancelPolicy {
  /** The finished result is kept and the job succeeds. */
  KEEP,
  /** The result is dropped and the job is canceled; it is still settled as billed. */
  DISCARD
}
