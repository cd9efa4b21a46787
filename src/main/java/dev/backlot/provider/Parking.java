package dev.backlot.provider;

import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.port.ProviderHealth.ParkedView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  private @Nullable ParkedView parked;
  private boolean byQuery;
  private boolean probing;

  /**
   * @param pause how long a parked account is left alone before the next probe
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
   * @return whether the account was parked by it, or stays so
   */
  synchronized boolean leave(Entry entry, SubmitOutcome outcome, Instant now) {
    if (entry == Entry.PROBE) {
      probing = false;
    }
    if (outcome instanceof Refused refused && parks(refused)) {
      park(refused.providerCode(), now);
      byQuery = false;
      return true;
    }
    if (entry == Entry.PROBE && (outcome instanceof Accepted || outcome instanceof Refused)) {
      parked = null;
    }
    return false;
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

  synchronized Optional<ParkedView> view() {
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
    parked = new ParkedView(code, since, now.plus(pause));
  }

  private static boolean parks(Refused refused) {
    return KlingError.of(refused.providerCode()).filter(KlingError::parksAccount).isPresent();
  }
}
