package dev.backlot.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether one account, or one pack of an account, waits for its operator. It is left alone, but one
 * create may probe from time to time, so that it comes back by itself once it was mended.
 * Thread-safe.
 */
final class Parking {
  /** How a create may pass. */
  enum Entry {
    FREE,
    PROBE,
    CLOSED
  }

  /** What the end of a create says of it. */
  enum Verdict {
    /** It needs its operator. */
    PARKS,
    /** It is well. */
    FREES,
    /** Not known; it is left alone for another pause. */
    PROLONGS,
    /** Nothing; the next one may ask. */
    NOTHING
  }

  /** What somebody should hear of. */
  enum News {
    NONE,
    /** It was parked by this, or a probe found that it still has to be. */
    PARKED,
    BACK
  }

  /**
   * @param code the provider's number of the refusal
   * @param until when the next create may probe
   */
  record View(int code, Instant since, Instant until) {}

  private final Duration pause;
  private @Nullable View parked;
  private boolean byQuery;
  private boolean probing;

  /**
   * @param pause how long what is parked is left alone before the next probe
   */
  Parking(Duration pause) {
    this.pause = pause;
  }

  /** Each PROBE must be given back by {@link #leave}. */
  synchronized Entry enter(Instant now) {
    if (parked == null) {
      return Entry.FREE;
    }
    if (callsAllowed(now) == 0) {
      return Entry.CLOSED;
    }
    probing = true;
    return Entry.PROBE;
  }

  /**
   * Learns from how a create ended. Only a probe can end the parking: a create that was on its way
   * before says nothing about now.
   *
   * @param code the provider's number, where it parks
   */
  synchronized News leave(Entry entry, Verdict verdict, int code, Instant now) {
    boolean isProbe = entry == Entry.PROBE;
    boolean wasParked = parked != null;
    if (isProbe) {
      probing = false;
    }
    if (verdict == Verdict.PARKS) {
      park(code, now);
      byQuery = false;
      return wasParked && !isProbe ? News.NONE : News.PARKED;
    }
    if (isProbe && verdict == Verdict.PROLONGS && parked != null) {
      park(parked.code(), now);
    }
    return isProbe && verdict == Verdict.FREES && unpark() ? News.BACK : News.NONE;
  }

  /**
   * A query was refused for a reason of the account's. Creates would fare no better, and their
   * results could not be seen.
   *
   * @return whether the account was parked by it
   */
  synchronized boolean queryRefused(int code, Instant now) {
    if (parked != null) {
      return false;
    }
    park(code, now);
    byQuery = true;
    return true;
  }

  /**
   * Queries are answered again.
   *
   * @return whether that ended the parking: one by a create is not proved wrong by a query
   */
  synchronized boolean queryAnswered() {
    return byQuery && unpark();
  }

  /**
   * @return whether that ended a parking
   */
  synchronized boolean unpark() {
    boolean ends = parked != null;
    parked = null;
    return ends;
  }

  synchronized Optional<View> view() {
    return Optional.ofNullable(parked);
  }

  /** How many creates would get through now. */
  synchronized int callsAllowed(Instant now) {
    if (parked == null) {
      return Integer.MAX_VALUE;
    }
    return probing || now.isBefore(parked.until()) ? 0 : 1;
  }

  private void park(int code, Instant now) {
    Instant since = parked == null ? now : parked.since();
    parked = new View(code, since, now.plus(pause));
  }
}
