package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.webhook.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Whether an endpoint is worth more than a probe. It opens when so many sends have failed without a
 * success between them; from then on there is one send at a time, after pauses that double, and a
 * success closes it. What waits behind it uses up no tries.
 *
 * @param failures that open it
 * @param horizon after so long without a success nothing is sent any more
 */
record Circuit(int failures, Duration base, Duration cap, Duration horizon) {
  private static final int DOUBLINGS_MAX = 30;

  static Circuit of(WebhooksConfig config) {
    return new Circuit(
        config.circuitFailures(), config.circuitBase(), config.circuitCap(), config.horizon());
  }

  boolean isOpen(Standing standing) {
    return standing.failures() >= failures;
  }

  /**
   * @param outcomes of sends that went out together, one at least
   */
  Standing after(Standing before, List<Outcome> outcomes, Instant now) {
    if (outcomes.stream().anyMatch(Outcome::isDelivered)) {
      return Standing.GOOD;
    }
    // However many went out together, it opens at its first step.
    int most = isOpen(before) ? before.failures() + 1 : failures;
    int sum = Math.min(before.failures() + outcomes.size(), most);
    return new Standing(sum, Objects.requireNonNullElse(before.failingSince(), now));
  }

  /** When the next send may be. */
  Instant notBefore(Standing standing, Instant now) {
    if (!isOpen(standing)) {
      return now;
    }
    int doublings = Math.min(standing.failures() - failures, DOUBLINGS_MAX);
    Duration pause = base.multipliedBy(1L << doublings);
    return now.plus(pause.compareTo(cap) > 0 ? cap : pause);
  }

  /** Nothing has arrived for as long as one delivery is tried. */
  boolean isHopeless(Standing standing, Instant now) {
    return isOpen(standing)
        && standing.failingSince() != null
        && !now.isBefore(standing.failingSince().plus(horizon));
  }
}
