package dev.backlot.store;

import dev.backlot.domain.job.PlannedAttempt;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Takes and frees slots, one row per account and slot class. */
final class SlotChanges {
  private SlotChanges() {}

  record Place(String account, String slotClass) {}

  private record Freed(int slots, boolean ceilingTooHigh) {
    Freed plus(Freed other) {
      return new Freed(slots + other.slots, ceilingTooHigh || other.ceilingTooHigh);
    }
  }

  /** The claim holds the locks of the rows. */
  static void take(List<PlannedAttempt> attempts, Statements transaction) {
    Map<Place, Integer> taken = takenBy(attempts);
    List<Place> places = List.copyOf(taken.keySet());
    transaction.execute(
        SlotSql.TAKE,
        Tuple.of(accounts(places), classes(places), taken.values().toArray(Integer[]::new)));
  }

  static void free(List<Change> changes, Statements transaction, Instant now) {
    Map<Place, Freed> freed = new LinkedHashMap<>();
    for (Change change : changes) {
      if (change.attempt().closes()) {
        freed.merge(
            new Place(change.of().account(), change.of().slotClass()),
            new Freed(change.of().slots(), change.ceilingTooHigh()),
            Freed::plus);
      }
    }
    write(freed, transaction, now);
  }

  /** How many slots these attempts free, and where. */
  static Map<Place, Integer> freedBy(List<Change> changes) {
    return changes.stream()
        .filter(change -> change.attempt().closes())
        .collect(
            Collectors.toUnmodifiableMap(
                change -> new Place(change.of().account(), change.of().slotClass()),
                change -> change.of().slots(),
                Integer::sum));
  }

  /** How many slots these attempts take, and where. */
  static Map<Place, Integer> takenBy(List<PlannedAttempt> attempts) {
    return attempts.stream()
        .collect(
            Collectors.toMap(
                attempt -> new Place(attempt.account(), attempt.slotClass()),
                PlannedAttempt::slots,
                Integer::sum,
                LinkedHashMap::new));
  }

  /** Of what was never found too many. */
  static void free(Map<Place, Integer> slots, Statements transaction, Instant now) {
    Map<Place, Freed> freed = new LinkedHashMap<>();
    slots.forEach((place, count) -> freed.put(place, new Freed(count, false)));
    write(freed, transaction, now);
  }

  private static void write(Map<Place, Freed> freed, Statements transaction, Instant now) {
    if (freed.isEmpty()) {
      return;
    }
    List<Place> places = List.copyOf(freed.keySet());
    List<Freed> amounts = List.copyOf(freed.values());
    transaction.execute(SlotSql.LOCK, Tuple.of(accounts(places), (Object) classes(places)));
    transaction.execute(
        SlotSql.FREE,
        Tuple.of(
            accounts(places),
            classes(places),
            Rows.column(amounts, Freed::slots, Integer[]::new),
            Rows.column(amounts, Freed::ceilingTooHigh, Boolean[]::new),
            Rows.time(now)));
  }

  private static String[] accounts(List<Place> places) {
    return places.stream().map(Place::account).toArray(String[]::new);
  }

  private static String[] classes(List<Place> places) {
    return places.stream().map(Place::slotClass).toArray(String[]::new);
  }
}
