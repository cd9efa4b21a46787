package dev.backlot.store;

/** Slots: how many tasks of a class an account holds, and how many it may hold (promise P4). */
final class SlotSql {
  private SlotSql() {}

  /**
   * Slots that a claim may look at: $1 pools, $2 accounts, and in the two parameters that are to be
   * put in the accounts and the types of packs that it may not.
   */
  static final String OF_ACCOUNTS =
      "pool_id = ANY($1::text[]) AND account_id = ANY($2::text[])"
          + " AND (account_id, split_part(slot_class, '/', -1))"
          + " NOT IN (SELECT * FROM unnest(%s::text[], %s::text[]))";

  /**
   * Slots that a transaction has locked already, and may give away: $1 pools, $2 accounts, and as
   * many classes in the parameter that is to be put in.
   */
  static final String OF_PLACES =
      "pool_id = ANY($1::text[]) AND (account_id, slot_class)"
          + " IN (SELECT * FROM unnest($2::text[], %s::text[]))";

  /**
   * Locks the slots that a claim could take: those with something left and with queued work.
   * Nothing comes back for a node whose lease has been ended or that has been registered anew.
   * Whether there is work is a scalar question, one probe of the index per slot: as EXISTS it would
   * become a join that reads the whole queue. $1 pools, $2 accounts, $3 node, $4 epoch, $5 accounts
   * of packs that are left out, $6 their types.
   */
  static final String LOCK_FREE = lockFree(OF_ACCOUNTS.formatted("$5", "$6"));

  /** The same of slots that the transaction holds. $1 to $4 as before, $5 their classes. */
  static final String LOCK_FREE_PLACES = lockFree(OF_PLACES.formatted("$5"));

  private static String lockFree(String which) {
    return """
      SELECT pool_id, account_id, slot_class, ceiling, ceiling - in_flight AS free
        FROM slot
       WHERE %s AND in_flight < ceiling
         AND EXISTS (SELECT 1 FROM node
                      WHERE node.id = $3 AND node.epoch = $4 AND node.heartbeat_at > '-infinity')
         AND (SELECT true FROM lane
               WHERE lane.pool_id = slot.pool_id AND lane.slot_class = slot.slot_class
                 AND lane.runnable
               LIMIT 1)
       ORDER BY account_id, slot_class
         FOR UPDATE"""
        .formatted(which);
  }

  /** In the order that all transactions keep. $1 accounts, $2 slot classes. */
  static final String LOCK =
      """
      SELECT 1
        FROM slot JOIN unnest($1::text[], $2::text[]) AS given(account, class)
          ON slot.account_id = given.account AND slot.slot_class = given.class
       ORDER BY slot.account_id, slot.slot_class
         FOR UPDATE OF slot""";

  /** $1 accounts, $2 slot classes, $3 slots. */
  static final String TAKE =
      """
      UPDATE slot SET in_flight = slot.in_flight + given.taken
        FROM unnest($1::text[], $2::text[], $3::int[]) AS given(account, class, taken)
       WHERE slot.account_id = given.account AND slot.slot_class = given.class""";

  /**
   * A ceiling that was found too high shrinks to what is left in flight, even to zero: the next try
   * is then made by {@link #PROBE}, with one slot and not at once. $1 accounts, $2 slot classes, $3
   * slots, $4 whether the ceiling was too high, $5 now.
   */
  static final String FREE =
      """
      UPDATE slot
         SET in_flight = slot.in_flight - given.freed,
             ceiling = CASE WHEN given.too_high
               THEN least(slot.ceiling, slot.in_flight - given.freed)
               ELSE slot.ceiling END,
             probe_step = CASE WHEN given.too_high THEN 0 ELSE slot.probe_step END,
             changed_at = CASE WHEN given.too_high THEN $5 ELSE slot.changed_at END
        FROM unnest($1::text[], $2::text[], $3::int[], $4::bool[])
             AS given(account, class, freed, too_high)
       WHERE slot.account_id = given.account AND slot.slot_class = given.class""";

  /**
   * Lets ceilings grow: by one slot after a refusal, by twice the step before once that has been
   * made use of and nothing was refused, never above the limit. What is not in use proves nothing,
   * so an idle account keeps its step. A refusal ends a row of steps, the last of which is at most
   * one slot more than all before it, which have proved good. $1 before, $2 now.
   */
  static final String PROBE =
      """
      UPDATE slot
         SET ceiling = slot.ceiling + due.step, probe_step = due.step, changed_at = $2
        FROM (SELECT account_id, slot_class,
                     least(max_slots - ceiling,
                           CASE WHEN probe_step = 0 THEN 1
                                WHEN in_flight > ceiling - probe_step THEN 2 * probe_step
                                ELSE probe_step END) AS step
                FROM slot
               WHERE ceiling < max_slots AND changed_at < $1
               ORDER BY account_id, slot_class
                 FOR UPDATE SKIP LOCKED) AS due
       WHERE slot.account_id = due.account_id AND slot.slot_class = due.slot_class""";

  /** $1 pools, $2 accounts, $3 slot classes, $4 limits, $5 now. */
  static final String CONFIGURE =
      """
      INSERT INTO slot (pool_id, account_id, slot_class, max_slots, ceiling, changed_at)
      SELECT pool, account, class, max_slots, max_slots, $5
        FROM unnest($1::text[], $2::text[], $3::text[], $4::int[])
             AS given(pool, account, class, max_slots)
       ORDER BY account, class
          ON CONFLICT (account_id, slot_class) DO UPDATE
         SET pool_id = excluded.pool_id,
             max_slots = excluded.max_slots,
             ceiling = CASE WHEN slot.ceiling = slot.max_slots
               THEN excluded.max_slots
               ELSE least(slot.ceiling, excluded.max_slots) END,
             changed_at = excluded.changed_at
       WHERE (slot.pool_id, slot.max_slots) <> (excluded.pool_id, excluded.max_slots)""";

  /**
   * Jobs of classes without a slot, and jobs that need more slots than one account has. Both are
   * found by an index: by their lanes, and by the number of their slots. $1 pools, $2 accounts, $3
   * limit.
   */
  static final String WITHOUT_SLOTS =
      """
      WITH room AS MATERIALIZED (
        SELECT pool_id, slot_class, max(max_slots) AS most
          FROM slot
         WHERE pool_id = ANY($1::text[]) AND account_id = ANY($2::text[])
         GROUP BY pool_id, slot_class
      )
      SELECT id FROM (
        SELECT job.id
          FROM lane LEFT JOIN room USING (pool_id, slot_class)
         CROSS JOIN LATERAL (
                SELECT id FROM job
                 WHERE state = 'queued' AND due AND pool_id = lane.pool_id
                   AND slot_class = lane.slot_class AND tenant_id = lane.tenant_id
                 LIMIT $3) AS job
         WHERE lane.pool_id = ANY($1::text[]) AND lane.runnable AND coalesce(room.most, 0) = 0
         UNION ALL
        SELECT job.id
          FROM room
         CROSS JOIN LATERAL (
                SELECT id FROM job
                 WHERE state = 'queued' AND slots > 1 AND slots > room.most
                   AND pool_id = room.pool_id AND slot_class = room.slot_class
                 LIMIT $3) AS job
         WHERE room.most > 0) AS found
       LIMIT $3""";

  static final String USE =
      """
      SELECT account_id, slot_class, in_flight, ceiling, max_slots,
             CASE WHEN ceiling < max_slots THEN changed_at END AS learnt_at
        FROM slot ORDER BY account_id, slot_class""";
}
