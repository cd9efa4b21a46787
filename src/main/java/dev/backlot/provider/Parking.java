package dev.backlot.provider;

import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether one account waits for its operator: no credit, bad key, not allowed. It is left alone,
 * but one create may probe from time to time, so that it comes back by itself once it was mended.
 * Thread-safe.
 */
final class Parking {
  /** How a create may pass. */
  enum Entry {
    FREE,
    PROBE,
    CLOSED
  }

  private final Duration pause;
  private boolean parked;
  private boolean byQuery;
  private boolean probing;
  private Instant nextProbe = Instant.MIN;

  /**
   * @param pause how long a parked account is left alone before the next probe
   */
  Parking(Duration pause) {
    this.pause = pause;
  }

  /** Each PROBE must be given back by {@link #leave}. */
  synchronized Entry enter(Instant now) {
    if (!parked) {
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
   * @return whether the account was parked by it, or stays so
   */
  synchronized boolean leave(Entry entry, SubmitOutcome outcome, Instant now) {
    if (entry == Entry.PROBE) {
      probing = false;
    }
    if (isParking(outcome)) {
      parked = true;
      byQuery = false;
      nextProbe = now.plus(pause);
      return true;
    }
    if (entry == Entry.PROBE && (outcome instanceof Accepted || outcome instanceof Refused)) {
      parked = false;
    }
    return false;
  }

  /**
   * A query was refused for a reason of the account's. Creates would fare no better, and their
   * results could not be seen.
   *
   * @return whether the account was parked by it
   */
  synchronized boolean queryRefused(Instant now) {
    if (parked) {
      return false;
    }
    parked = true;
    byQuery = true;
    nextProbe = now.plus(pause);
    return true;
  }

  /**
   * Queries are answered again.
   *
   * @return whether that ended the parking: one by a create is not proved wrong by a query
   */
  synchronized boolean queryAnswered() {
    boolean ends = parked && byQuery;
    if (ends) {
      parked = false;
    }
    return ends;
  }

  synchronized boolean isParked() {
    return parked;
  }

  /** How many creates would get through now. */
  synchronized int callsAllowed(Instant now) {
    if (!parked) {
      return Integer.MAX_VALUE;
    }
    return probing || now.isBefore(nextProbe) ? 0 : 1;
  }

  private static boolean isParking(SubmitOutcome outcome) {
    return outcome instanceof Refused refused
        && KlingError.of(refused.providerCode()).filter(KlingError::parksAccount).isPresent();
  }
}
