package dev.backlot.domain.job;

/**
 * A queued job that a claim has locked, before its attempt exists.
 *
 * @param pool the accounts that may run it; an account of another pool is not tried
 * @param attempts counted attempts so far
 * @param slots slots that its task will hold
 */
public record QueuedJob(
    JobId id,
    String kind,
    String model,
    String pool,
    String slotClass,
    int slots,
    String input,
    int attempts) {}
