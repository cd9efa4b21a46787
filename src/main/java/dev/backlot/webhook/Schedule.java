package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a delivery is tried again: after pauses that grow (Standard Webhooks, section
 * "Deliverability and reliability"), each longer by up to a tenth or so at random, so that what
 * failed together does not come back together. A receiver may ask for a longer pause, within a
 * bound.
 *
 * @param pauses before the second try, the third and so on
 */
record Schedule(List<Duration> pauses, int jitterPercent, Duration retryAfterMax) {
  Schedule {
    pauses = List.copyOf(pauses);
  }

  static Schedule of(WebhooksConfig config) {
    return new Schedule(config.schedule(), config.jitterPercent(), config.retryAfterMax());
  }

  /**
   * @param tries that have failed, the one just now among them; 1 at least
   * @param retryAfter what the receiver has asked for, if anything
   * @param random 0 to 1, drawn for this call
   * @return empty when it is not tried any more
   */
  Optional<Instant> next(int tries, @Nullable Duration retryAfter, double random, Instant now) {
    if (tries > pauses.size()) {
      return Optional.empty();
    }
    Duration pause = pauses.get(tries - 1);
    Duration jitter = Duration.ofMillis((long) (pause.toMillis() * random * jitterPercent / 100));
    return Optional.of(now.plus(longer(pause.plus(jitter), asked(retryAfter))));
  }

  /**
   * What a receiver has asked for, within the bound.
   *
   * @param retryAfter null for nothing
   */
  Duration asked(@Nullable Duration retryAfter) {
    if (retryAfter == null) {
      return Duration.ZERO;
    }
    return retryAfter.compareTo(retryAfterMax) > 0 ? retryAfterMax : retryAfter;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
