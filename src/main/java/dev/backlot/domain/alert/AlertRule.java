package dev.backlot.domain.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * When somebody must know. The mean level over a sliding window opens an alert above {@code fireAt}
 * and closes it at or below {@code resolveAt}; between the two nothing changes, so that a level
 * that hovers around one limit does not ring twice.
 *
 * <pre>
 *   (none) --above fireAt--> PENDING --still above after pendingFor, and bad now--> FIRING
 *                               |                                                |
 *                        not above fireAt                                at most resolveAt
 *                               v                                                v
 *                           RESOLVED, silently                               RESOLVED
 * </pre>
 *
 * @param name stable; alerts are kept and silenced by it
 * @param window how long the mean looks back
 * @param fireAt mean level, 0 to 1
 * @param resolveAt mean level, below {@code fireAt}
 * @param pendingFor how long it must stay above {@code fireAt}; zero fires at once
 */
public record AlertRule(
    String name, Duration window, double fireAt, double resolveAt, Duration pendingFor) {
  public AlertRule {
    if (!(0 <= resolveAt && resolveAt < fireAt && fireAt < 1)) {
      throw new IllegalArgumentException("0 <= resolveAt < fireAt < 1 does not hold for " + name);
    }
  }

  /** The alert to open now, if any. */
  public Optional<Alert> open(UUID id, String subject, String summary, double mean, Instant now) {
    if (mean <= fireAt) {
      return Optional.empty();
    }
    Alert pending = new Alert(id, name, subject, AlertState.PENDING, summary, now, null, null);
    return Optional.of(pendingFor.isZero() ? fired(pending, summary, now) : pending);
  }

  /**
   * The open alert in its next state; empty when it stays as it is.
   *
   * @param summary what is the case now
   * @param level the level of this moment: nobody is woken while it is good
   */
  public Optional<Alert> move(Alert open, String summary, double mean, double level, Instant now) {
    return switch (open.state()) {
      case PENDING -> {
        if (mean <= fireAt) {
          yield Optional.of(resolved(open, summary, now));
        }
        boolean longEnough = !now.isBefore(open.since().plus(pendingFor));
        yield longEnough && level > fireAt
            ? Optional.of(fired(open, summary, now))
            : Optional.empty();
      }
      case FIRING ->
          mean <= resolveAt ? Optional.of(resolved(open, summary, now)) : Optional.empty();
      case RESOLVED -> Optional.empty();
    };
  }

  private static Alert fired(Alert open, String summary, Instant now) {
    return new Alert(
        open.id(),
        open.rule(),
        open.subject(),
        AlertState.FIRING,
        summary,
        open.since(),
        now,
        null);
  }

  private static Alert resolved(Alert open, String summary, Instant now) {
    return new Alert(
        open.id(),
        open.rule(),
        open.subject(),
        AlertState.RESOLVED,
        summary,
        open.since(),
        open.firedAt(),
        now);
  }
}
