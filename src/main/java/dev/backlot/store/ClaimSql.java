package dev.backlot.store;

/** Whose turn it is, and what a claim charges for it. */
final class ClaimSql {
  private ClaimSql() {}

  /** Of each lane in one claim; whoever has more gets on with the next. */
  static final int BATCHES = 8;

  /** Lanes that are looked at beside as many as there are free slots. */
  static final int SPARE_LANES = 16;

  /** What {@link LockedJob} reads. */
  private static final String JOB =
      """
      id, tenant_id, batch_id, kind, model, pool_id, slot_class, slots, input::text AS input,
      attempts, version, fence, accepted_at, sort_key, cost, expires_at,
      pinned::text AS pinned""";

  /**
   * Locks the lanes whose turn is next, for each class with free slots as many as these and some
   * more, and the first due jobs of each; what somebody else has locked is skipped, never waited
   * for. A lane that has nothing to run comes back without a job. Run after {@link
   * SlotSql#LOCK_FREE}, so that the number of free slots is settled. $1 pools, $2 accounts, $3
   * limit, $4 accounts of packs that are left out, $5 their types.
   *
   * <p>Of each lane at most {@link #BATCHES} are looked at, those with the lowest tags, and of all
   * lanes together some two thousand jobs: a lane that was worth more gets it in the next claim,
   * because its tag stays behind.
   */
  static final String LOCK_HEADS = lockHeads(SlotSql.OF_ACCOUNTS.formatted("$4", "$5"));

  /** The same for slots that the transaction holds. $1 to $3 as before, $4 their classes. */
  static final String LOCK_HEADS_OF_PLACES = lockHeads(SlotSql.OF_PLACES.formatted("$4"));

  private static String lockHeads(String which) {
    return """
      WITH room AS MATERIALIZED (
        SELECT pool_id, slot_class, least(sum(ceiling - in_flight), $3) AS free
          FROM slot
         WHERE %4$s
           AND in_flight < ceiling
         GROUP BY pool_id, slot_class
      ), next AS MATERIALIZED (
        SELECT lane.*, room.free
          FROM room
         CROSS JOIN LATERAL (
                SELECT pool_id, slot_class, tenant_id, tag, in_flight, max_in_flight
                  FROM lane
                 WHERE pool_id = room.pool_id AND slot_class = room.slot_class AND runnable
                 ORDER BY tag, tenant_id
                 LIMIT room.free + %5$d
                   FOR NO KEY UPDATE SKIP LOCKED) AS lane
      ), lane AS (
        SELECT next.*, least(free, greatest(4, 2000 / count(*) OVER ())) AS heads FROM next
      )
      SELECT lane.pool_id AS lane_pool, lane.slot_class AS lane_class,
             lane.tenant_id AS lane_tenant, lane.tag AS lane_tag, tenant.weight AS lane_weight,
             lane.max_in_flight - lane.in_flight AS lane_left,
             batch.batch_id AS lane_batch, batch.tag AS batch_tag, batch.weight AS batch_weight,
             batch.max_in_flight - batch.in_flight AS batch_left,
             job.*
        FROM lane
       CROSS JOIN LATERAL (SELECT weight FROM tenant WHERE id = lane.tenant_id LIMIT 1) AS tenant
        LEFT JOIN LATERAL (
              SELECT batch_id, tag, weight, in_flight, max_in_flight
                FROM batch_lane
               WHERE pool_id = lane.pool_id AND slot_class = lane.slot_class
                 AND tenant_id = lane.tenant_id AND runnable
               ORDER BY tag, batch_id
               LIMIT %3$d
                 FOR NO KEY UPDATE SKIP LOCKED) AS batch ON true
        LEFT JOIN LATERAL (
              SELECT %2$s
                FROM job
               WHERE state = 'queued' AND due AND pool_id = lane.pool_id
                 AND slot_class = lane.slot_class AND tenant_id = lane.tenant_id
                 AND coalesce(batch_id, %1$s) = batch.batch_id
               ORDER BY sort_key, id
               LIMIT lane.heads
                 FOR UPDATE SKIP LOCKED) AS job ON true"""
        .formatted(LaneSql.NO_BATCH, JOB, BATCHES, which, SPARE_LANES);
  }

  /**
   * Jobs that fit behind those that do not, of lanes that this transaction has locked; of each lane
   * the first five hundred are looked at. What stands behind more big jobs than that waits with
   * them until slots have added up for the first. $1 pools, $2 classes, $3 tenants, $4 batches, $5
   * most slots that a job may need, $6 most jobs of each lane.
   */
  static final String LOCK_BEHIND =
      """
      SELECT g.n AS lane, %2$s
        FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::int[])
             WITH ORDINALITY AS g (pool, class, tenant, batch, most, n)
       CROSS JOIN LATERAL (
             SELECT id AS chosen
               FROM (SELECT id, slots, sort_key FROM job
                      WHERE state = 'queued' AND due AND pool_id = g.pool
                        AND slot_class = g.class AND tenant_id = g.tenant
                        AND coalesce(batch_id, %1$s) = g.batch
                      ORDER BY sort_key, id
                      LIMIT 500) AS ahead
              WHERE slots <= g.most
              ORDER BY sort_key, id
              LIMIT $6) AS fitting
        JOIN job ON job.id = chosen AND job.state = 'queued' AND job.due
       ORDER BY g.n, sort_key, id
         FOR UPDATE OF job SKIP LOCKED"""
          .formatted(LaneSql.NO_BATCH, JOB);

  /**
   * What was claimed, from lanes that this transaction has locked. $1 pools, $2 classes, $3
   * tenants, $4 batches, $5 charges of the tenant's lane, $6 charges of the batch, $7 slots, $8
   * latest tag of a job in the tenant's lane, $9 the same in its batch, $10 where the batch ends
   * up.
   *
   * <p>Between tenants the time is that at which the last job started. Inside a lane it is that at
   * which it ends (S. J. Golestani, "A self-clocked fair queueing scheme for broadband
   * applications", INFOCOM 1994), because batches are made without end: if each new one came in
   * where the last one started, a stream of small ones would go before everything else of its
   * tenant for ever. So a new batch comes in behind those that wait already, by one turn each.
   */
  static final String CHARGE =
      """
      WITH given AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::float8[],
                             $6::float8[], $7::int[], $8::float8[], $9::float8[], $10::float8[])
          AS g (pool_id, slot_class, tenant_id, batch_id, charge, batch_charge, slots, time,
                batch_time, batch_end)
      ), batches AS (
        UPDATE batch_lane b
           SET tag = b.tag + given.batch_charge, in_flight = b.in_flight + given.slots
          FROM given
         WHERE b.pool_id = given.pool_id AND b.slot_class = given.slot_class
           AND b.tenant_id = given.tenant_id AND b.batch_id = given.batch_id
      ), lanes AS (
        UPDATE lane l
           SET tag = l.tag + sums.charge, in_flight = l.in_flight + sums.slots,
               batch_time = greatest(l.batch_time, sums.batch_time, sums.batch_end)
          FROM (SELECT pool_id, slot_class, tenant_id, sum(charge) AS charge,
                       sum(slots) AS slots, max(batch_time) AS batch_time,
                       min(batch_end) AS batch_end
                  FROM given GROUP BY 1, 2, 3) AS sums
         WHERE l.pool_id = sums.pool_id AND l.slot_class = sums.slot_class
           AND l.tenant_id = sums.tenant_id
      )
      INSERT INTO lane_clock AS c (pool_id, slot_class, virtual_time)
      SELECT pool_id, slot_class, max(time) FROM given GROUP BY 1, 2 ORDER BY 1, 2
          ON CONFLICT (pool_id, slot_class) DO UPDATE
         SET virtual_time = greatest(c.virtual_time, excluded.virtual_time)""";
}
