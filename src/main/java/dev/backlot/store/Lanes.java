package dev.backlot.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** What becoming due, being freed and being empty do to lanes. */
final class Lanes {
  private Lanes() {}

  /**
   * @param slots that closed attempts held
   * @param back cost of what was claimed for nothing, in the units of its price
   */
  record Freed(int slots, double back) {
    Freed plus(Freed other) {
      return new Freed(slots + other.slots, back + other.back);
    }
  }

  /**
   * Jobs have become due, in a transaction that holds no lane: it shares them only, so that claims
   * go on. Issues four statements, whatever the number of lanes.
   */
  static void due(Collection<LaneKey> lanes, Statements transaction) {
    if (lanes.isEmpty()) {
      return;
    }
    TreeSet<LaneKey> keys = new TreeSet<>(lanes);
    transaction.execute(LaneSql.ENSURE, keys(keys));
    transaction.execute(LaneSql.SHARE, tenants(keys));
    wake(keys, transaction);
  }

  private static void wake(Collection<LaneKey> keys, Statements transaction) {
    transaction.execute(LaneSql.WAKE, tenants(keys));
    transaction.execute(LaneSql.WAKE_BATCHES, keys(keys));
  }

  /**
   * What is said of a batch has changed, and jobs of it have become due: its lanes are told, those
   * that were missing are made, and those that have work again are woken.
   */
  static void tell(UUID batch, Collection<LaneKey> due, Statements transaction) {
    TreeSet<LaneKey> queued = new TreeSet<>(due);
    if (!queued.isEmpty()) {
      transaction.execute(LaneSql.ENSURE, keys(queued));
    }
    transaction.execute(LaneSql.LOCK_OF_BATCH, tenants(queued).addUUID(batch));
    transaction.execute(LaneSql.TELL, Tuple.of(batch));
    transaction.execute(LaneSql.WAKE_OF_BATCH, Tuple.of(batch));
    if (!queued.isEmpty()) {
      wake(queued, transaction);
    }
  }

  /**
   * Attempts were closed, and jobs have become due again.
   *
   * @return whether a tenant or a batch was at its limit before
   */
  static Future<Boolean> free(
      Map<LaneKey, Freed> freed, Collection<LaneKey> due, Statements transaction) {
    if (freed.isEmpty()) {
      due(due, transaction);
      return Future.succeededFuture(false);
    }
    TreeMap<LaneKey, Freed> sorted = new TreeMap<>(freed);
    TreeSet<LaneKey> queued = new TreeSet<>(due);
    TreeSet<LaneKey> all = new TreeSet<>(sorted.keySet());
    all.addAll(queued);
    if (!queued.isEmpty()) {
      transaction.execute(LaneSql.ENSURE, keys(queued));
    }
    transaction.execute(LaneSql.LOCK, tenants(all));
    Future<Boolean> unblocked =
        transaction
            .execute(LaneSql.FREE, freed(sorted))
            .map(rows -> Reads.list(rows, row -> row.getBoolean("was_full")).contains(true));
    if (!queued.isEmpty()) {
      wake(queued, transaction);
    }
    return unblocked;
  }

  /**
   * Puts lanes to rest in which a claim has found nothing, unless somebody is adding to them.
   *
   * @return how many were looked at once more
   */
  static Future<Integer> rest(Collection<LaneKey> idle, PgTransactions transactions) {
    if (idle.isEmpty()) {
      return Future.succeededFuture(0);
    }
    return transactions.inTwoFlights(
        transaction ->
            transaction
                .execute(LaneSql.LOCK_IDLE, tenants(idle))
                .map(
                    rows ->
                        Reads.list(
                            rows,
                            row ->
                                LaneKey.of(
                                    row.getString("pool_id"),
                                    row.getString("slot_class"),
                                    Rows.tenant(row, "tenant_id"),
                                    null))),
        (locked, transaction) -> {
          if (!locked.isEmpty()) {
            transaction.execute(LaneSql.REST, tenants(locked));
          }
          return Future.succeededFuture(locked.size());
        });
  }

  private static Tuple keys(Collection<LaneKey> lanes) {
    List<LaneKey> keys = List.copyOf(lanes);
    return Tuple.of(
        Rows.column(keys, LaneKey::pool, String[]::new),
        Rows.column(keys, LaneKey::slotClass, String[]::new),
        Rows.column(keys, key -> key.tenant().value(), UUID[]::new),
        Rows.column(keys, LaneKey::batch, UUID[]::new));
  }

  private static Tuple tenants(Collection<LaneKey> lanes) {
    List<LaneKey> keys = lanes.stream().map(LaneKey::ofTenant).distinct().toList();
    return Tuple.of(
        Rows.column(keys, LaneKey::pool, String[]::new),
        Rows.column(keys, LaneKey::slotClass, String[]::new),
        Rows.column(keys, key -> key.tenant().value(), UUID[]::new));
  }

  private static Tuple freed(Map<LaneKey, Freed> freed) {
    List<LaneKey> keys = new ArrayList<>(freed.keySet());
    List<Freed> amounts = new ArrayList<>(freed.values());
    return keys(keys)
        .addArrayOfInteger(Rows.column(amounts, Freed::slots, Integer[]::new))
        .addArrayOfDouble(Rows.column(amounts, Freed::back, Double[]::new));
  }
}
