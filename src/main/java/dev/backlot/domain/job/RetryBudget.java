package dev.backlot.domain.job;

/**
 * Bounds retries to a share of the successes, so that retries cannot multiply the load on a
 * provider that is already failing (Google SRE book, chapter 21). A token bucket without a clock:
 * each success earns a part of a token, each retry costs one. Confined to one event loop.
 */
public final class RetryBudget {
  private final double capacity;
  private final double earned;
  private double tokens;

  /**
   * @param capacity most retries that may be saved up; also what one starts with
   * @param earned tokens that one success earns, for example 0.2
   */
  public RetryBudget(int capacity, double earned) {
    this.capacity = capacity;
    this.earned = earned;
    this.tokens = capacity;
  }

  public void succeeded() {
    tokens = Math.min(capacity, tokens + earned);
  }

  /** Takes a token when there is one. */
  public boolean tryRetry() {
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
