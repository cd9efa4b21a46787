package dev.backlot.domain.job;

import java.time.Duration;
import java.time.Instant;

/**
 * The answer that a client of the provider's own words is owed, and by which the same request is
 * known again when it was lost.
 *
 * @param digest SHA-256, in hex, of who asks for what, and where
 * @param askedAt when it was asked for
 * @param within after which it is told that nobody knows; then the answer is lost
 * @param window how long after a lost answer the same request again gets its job
 * @param asker who waits for it
 */
public record ClientReply(
    String digest, Instant askedAt, Duration within, Duration window, Asker asker) {
  /** From then on nobody waits for it: what was not sent to the store by then must not be. */
  public Instant due() {
    return asker.isGone() ? askedAt : askedAt.plus(within);
  }

  /** Answers that were lost after that are given again. */
  public Instant lostAfter() {
    return askedAt.minus(window);
  }

  /** Requests of that time and before that were not answered by now never will be. */
  public Instant unansweredUntil(Instant now) {
    return now.minus(within);
  }
}
