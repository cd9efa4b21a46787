package dev.backlot.domain.schedule;

import dev.backlot.domain.job.JobState;
import dev.backlot.domain.schedule.QueuePlace.Account;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Why a job waits. Pure.
 *
 * @param numbers what bears the reason out, by name: whole numbers, and credits as decimal strings.
 *     Of jobs, and of slots in use, those of the job's tenant only
 */
public record Waiting(WaitReason reason, Map<String, Object> numbers) {
  public Waiting {
    numbers = Map.copyOf(numbers);
  }

  /** Whether nobody can say when this changes: somebody has to mend or to buy something first. */
  public boolean isForSomebody() {
    return reason == WaitReason.ACCOUNTS_UNAVAILABLE || reason == WaitReason.NO_SLOTS;
  }

  /** Whether a place waits for anything at all, or its end is under way. */
  public static boolean isWaiting(QueuePlace place) {
    return place.state() == JobState.QUEUED
        || place.state() == JobState.HELD
        || place.unknownSince() != null;
  }

  /**
   * Of several things that stand in its way the one that would have to change first.
   *
   * @param place one that {@link #isWaiting}
   * @param mayCreate whether an account may be used now for what the place's pack pays for
   */
  public static Waiting of(QueuePlace place, Predicate<String> mayCreate, Instant now) {
    if (place.state() == JobState.HELD) {
      return place.budget() == null ? because(WaitReason.HELD) : budget(place.budget());
    }
    Instant unknownSince = place.unknownSince();
    if (unknownSince != null) {
      return new Waiting(WaitReason.OUTCOME_UNKNOWN, Map.of("seconds", seconds(unknownSince, now)));
    }
    if (place.batchPaused()) {
      return because(WaitReason.BATCH_PAUSED);
    }
    if (!place.due()) {
      return notDue(place, mayCreate, now);
    }
    if (place.tenantLimit().isReached()) {
      return limit(WaitReason.TENANT_LIMIT, place.tenantLimit());
    }
    if (place.batchLimit().isReached()) {
      return limit(WaitReason.BATCH_LIMIT, place.batchLimit());
    }
    return ofAccounts(place, mayCreate)
        .orElseGet(
            () ->
                place.ahead() > 0 || place.queued() > 1
                    ? new Waiting(
                        WaitReason.TURN,
                        Map.of(
                            "ahead_of_your_own", place.ahead(), "queued_of_your_own", place.own()))
                    : because(WaitReason.NOTHING));
  }

  /**
   * A job is put aside for a moment when nothing could take it, so that those behind it are looked
   * at; what it waits for has not changed by that. Only one that something could take by now waits
   * for the end of its pause.
   */
  private static Waiting notDue(QueuePlace place, Predicate<String> mayCreate, Instant now) {
    Map<String, Object> time = Map.of("seconds_left", secondsLeft(place, now));
    return place.ripeAt().isAfter(place.startAt())
        ? ofAccounts(place, mayCreate).orElseGet(() -> new Waiting(WaitReason.PAUSED, time))
        : new Waiting(WaitReason.NOT_DUE, time);
  }

  /** Empty when an account that may run it has room. */
  private static Optional<Waiting> ofAccounts(QueuePlace place, Predicate<String> mayCreate) {
    List<Account> withSlots =
        place.accounts().stream().filter(account -> account.limit() >= place.slots()).toList();
    if (withSlots.isEmpty()) {
      return Optional.of(because(WaitReason.NO_SLOTS));
    }
    List<Account> usable =
        withSlots.stream().filter(account -> mayCreate.test(account.id())).toList();
    if (usable.isEmpty()) {
      return Optional.of(
          new Waiting(WaitReason.ACCOUNTS_UNAVAILABLE, Map.of("accounts", withSlots.size())));
    }
    if (usable.stream().anyMatch(each -> each.ceiling() - each.inFlight() >= place.slots())) {
      return Optional.empty();
    }
    boolean bought =
        usable.stream().anyMatch(each -> each.limit() - each.inFlight() >= place.slots());
    return Optional.of(
        slots(
            bought ? WaitReason.PROVIDER_LIMIT : WaitReason.SLOTS_BUSY,
            usable,
            place.tenantLimit().inFlight()));
  }

  /** Rounded up: it is not over before. */
  private static int secondsLeft(QueuePlace place, Instant now) {
    return seconds(now, place.ripeAt());
  }

  private static int seconds(Instant from, Instant to) {
    long millis = Math.max(0, Duration.between(from, to).toMillis());
    return (int) Math.min(Integer.MAX_VALUE, (millis + 999) / 1_000);
  }

  private static Waiting budget(QueuePlace.Budget budget) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("price", budget.price().toString());
    if (budget.cap() != null) {
      numbers.put("spend_cap", budget.cap().toString());
    }
    numbers.put("committed", budget.committed().toString());
    numbers.put("available", budget.available().toString());
    return new Waiting(budget.isCapReached() ? WaitReason.SPEND_CAP : WaitReason.CREDIT, numbers);
  }

  private static Waiting because(WaitReason reason) {
    return new Waiting(reason, Map.of());
  }

  private static Waiting limit(WaitReason reason, QueuePlace.Limit limit) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("in_flight", limit.inFlight());
    if (limit.most() != null) {
      numbers.put("limit", limit.most());
    }
    return new Waiting(reason, numbers);
  }

  private static Waiting slots(WaitReason reason, List<Account> usable, int own) {
    return new Waiting(
        reason,
        Map.of(
            "in_flight", own,
            "granted", usable.stream().mapToInt(Account::ceiling).sum(),
            "slots", usable.stream().mapToInt(Account::limit).sum()));
  }
}
