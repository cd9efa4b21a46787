package dev.backlot.dispatch;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.port.ProviderHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether another account of its pool may run what one has refused: one with slots enough for the
 * job's class, that speaks the dialect in which the job was sent. What an account has not bought
 * (1103) is remembered for {@link #REMEMBERED} after it was last refused, at most once for each
 * account and slot class, so that a model that none has bought is refused for good, and one that
 * was bought meanwhile is found again. Each node finds out by itself. Confined to one event loop.
 */
final class Peers {
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final Dispatch.Accounts accounts;
  private final ProviderHealth health;
  private final Map<Place, Instant> notGranted = new HashMap<>();

  private record Place(String account, String slotClass) {}

  Peers(Dispatch.Accounts accounts, ProviderHealth health) {
    this.accounts = accounts;
    this.health = health;
  }

  void note(String account, String slotClass, SubmitOutcome outcome, Instant now) {
    Place place = new Place(account, slotClass);
    if (outcome instanceof Accepted) {
      notGranted.remove(place);
    } else if (outcome instanceof Refused refused
        && refused.code() == ErrorCode.MODEL_NOT_GRANTED) {
      notGranted.put(place, now.plus(REMEMBERED));
    }
  }

  boolean hasRefused(String account, String slotClass, Instant now) {
    Instant until = notGranted.get(new Place(account, slotClass));
    return until != null && now.isBefore(until);
  }

  /** Whether another account may have bought the model; it need not be usable at this moment. */
  boolean mayBeGranted(PlannedAttempt plan, Instant now) {
    return others(plan).anyMatch(other -> !hasRefused(other, plan.slotClass(), now));
  }

  /**
   * Whether another account takes creates at this moment that the same type of pack pays for, so
   * that a job which one without credit has refused need not wait for that one.
   */
  boolean isAnotherSound(PlannedAttempt plan, Instant now) {
    String pack = SlotClass.parse(plan.slotClass()).pack();
    return others(plan)
        .anyMatch(
            other -> health.isSound(other, pack) && !hasRefused(other, plan.slotClass(), now));
  }

  private Stream<String> others(PlannedAttempt plan) {
    return accounts.standings().others(plan.account(), plan.slotClass(), plan.slots()).stream()
        .filter(other -> speaks(other, plan.dialect()));
  }

  private boolean speaks(String account, String dialect) {
    return accounts.dialects().ofAccount(account).spoken().stream()
        .map(Dialect::text)
        .anyMatch(dialect::equals);
  }
}
