package dev.backlot.domain.job;

/** What became of a request to hold, release or reprioritise a job. */
public sealed interface WaitingResult {
  /** It is as was asked, now or by an earlier request, or will be once its paused batch goes on. */
  record Done(Job job) implements WaitingResult {}

  /** It does not wait any more, or for something else than a release by its tenant. */
  record Refused(Job job) implements WaitingResult {}

  /** There is no such job for this tenant. */
  record Unknown() implements WaitingResult {}
}
