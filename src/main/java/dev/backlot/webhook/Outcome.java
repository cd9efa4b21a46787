package dev.backlot.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one send.
 *
 * @param status of the answer; null when there was none
 * @param retryAfter how long the receiver wants to be left alone; null when it does not say
 */
record Outcome(Kind kind, @Nullable Integer status, @Nullable Duration retryAfter) {
  private static final int GONE = 410;

  enum Kind {
    /** 2xx. */
    DELIVERED,
    /** Any other status; a redirect is one. */
    REFUSED,
    /** No head of an answer in time. */
    TIMEOUT,
    /** No address, no connection or no TLS. */
    NO_CONNECTION,
    /** The connection broke, or what came was no HTTP or too long a head. */
    BAD_ANSWER,
    /** Too many names of its tenant were being looked up: nothing was tried. */
    NOT_BEGUN,
    /** The address, or all to which its name leads, must not be asked. */
    FORBIDDEN_ADDRESS
  }

  static Outcome without(Kind kind) {
    return new Outcome(kind, null, null);
  }

  static Outcome of(int status, @Nullable Duration retryAfter) {
    return new Outcome(status / 100 == 2 ? Kind.DELIVERED : Kind.REFUSED, status, retryAfter);
  }

  /** Whether it says anything of the receiver. */
  boolean isTried() {
    return kind != Kind.NOT_BEGUN;
  }

  boolean isDelivered() {
    return kind == Kind.DELIVERED;
  }

  /** The receiver wants nothing any more. */
  boolean isGone() {
    return status != null && status == GONE;
  }
}
