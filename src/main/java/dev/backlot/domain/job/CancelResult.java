package dev.backlot.domain.job;

/** What a cancel request led to. */
public sealed interface CancelResult {
  /** Canceled and released, now or by an earlier request. */
  record Canceled(Job job) implements CancelResult {}

  /** The provider is at work; the wish is recorded and decided at its end. */
  record Requested(Job job) implements CancelResult {}

  /** The job had ended otherwise before. */
  record EndedOtherwise(Job job) implements CancelResult {}

  /** There is no such job for this tenant. */
  record Unknown() implements CancelResult {}
}
