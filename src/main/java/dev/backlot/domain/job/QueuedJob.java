package dev.backlot.domain.job;

import org.jspecify.annotations.Nullable;

/**
 * A queued job that a claim has locked, before its attempt exists.
 *
 * @param pool the accounts that may run it; an account of another pool is not tried
 * @param attempts counted attempts so far
 * @param slots slots that its task will hold
 * @param pinned what it uses of earlier jobs, and whose account alone may run it; null for nothing
 */
public record QueuedJob(
    JobId id,
    String kind,
    String model,
    String pool,
    String slotClass,
    int slots,
    String input,
    int attempts,
    @Nullable Pinned pinned) {
  /** One that any account of its pool may run. */
  public QueuedJob(
      JobId id,
      String kind,
      String model,
      String pool,
      String slotClass,
      int slots,
      String input,
      int attempts) {
    this(id, kind, model, pool, slotClass, slots, input, attempts, null);
  }
}
