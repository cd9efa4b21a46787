package dev.backlot.domain.job;

/**
 * A queued job that a claim has locked, before its attempt exists.
 *
 * @param attempts counted attempts so far
 * @param slots slots that its task will hold
 */
public record QueuedJob(
    JobId id, String kind, String model, String slotClass, int slots, String input, int attempts) {}
