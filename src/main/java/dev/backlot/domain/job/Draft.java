package dev.backlot.domain.job;

/**
 * A request for a job that was checked and priced, and is not stored yet.
 *
 * @param digest SHA-256 of the canonical JSON of what was asked, in hex
 */
public record Draft(Submission submission, String digest) {}
