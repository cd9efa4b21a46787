package dev.backlot.store;

/**
 * Lanes as they come to be, wake, rest and change; what a claim does to them is {@link ClaimSql}.
 * Claims lock them with SKIP LOCKED only; everybody else in the order of their keys, after balances
 * and before slots.
 */
final class LaneSql {
  private LaneSql() {}

  static final String NO_BATCH = "'00000000-0000-0000-0000-000000000000'";

  /**
   * Lanes in which a claim has found nothing, taken from whoever might be adding to them; one that
   * somebody is adding to at this moment is left out. $1 pools, $2 classes, $3 tenants.
   */
  static final String LOCK_IDLE =
      """
      SELECT lane.pool_id, lane.slot_class, lane.tenant_id
        FROM lane JOIN unnest($1::text[], $2::text[], $3::uuid[]) AS g (pool, class, tenant)
          ON lane.pool_id = g.pool AND lane.slot_class = g.class AND lane.tenant_id = g.tenant
       WHERE lane.active
         FOR UPDATE OF lane SKIP LOCKED""";

  /** Whether a due job waits in a batch lane {@code b}. */
  private static final String WAITING =
      """
      (SELECT true FROM job
        WHERE job.state = 'queued' AND job.due AND job.pool_id = b.pool_id
          AND job.slot_class = b.slot_class AND job.tenant_id = b.tenant_id
          AND coalesce(job.batch_id, %1$s) = b.batch_id
        LIMIT 1)"""
          .formatted(NO_BATCH);

  /**
   * Puts the lanes to rest that {@link #LOCK_IDLE} has answered. A statement of its own: whatever
   * was committed before the lock is visible to it. Of the batches at most five hundred at a time,
   * because endings and requests of the tenant wait meanwhile; the next claim finds the others. $1
   * pools, $2 classes, $3 tenants.
   */
  static final String REST =
      """
      WITH given AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
          AS g (pool_id, slot_class, tenant_id)
      ), empty AS MATERIALIZED (
        SELECT b.pool_id, b.slot_class, b.tenant_id, b.batch_id
          FROM given g JOIN batch_lane b
            ON b.pool_id = g.pool_id AND b.slot_class = g.slot_class
           AND b.tenant_id = g.tenant_id
         WHERE b.active AND %1$s IS NULL
         LIMIT 500
      ), resting AS (
        UPDATE batch_lane b SET active = false
          FROM empty e
         WHERE b.pool_id = e.pool_id AND b.slot_class = e.slot_class
           AND b.tenant_id = e.tenant_id AND b.batch_id = e.batch_id
      )
      UPDATE lane l SET active = false
        FROM given g
       WHERE l.pool_id = g.pool_id AND l.slot_class = g.slot_class
         AND l.tenant_id = g.tenant_id AND (SELECT count(*) FROM empty) < 500
         AND (SELECT true FROM batch_lane b
               WHERE b.pool_id = l.pool_id AND b.slot_class = l.slot_class
                 AND b.tenant_id = l.tenant_id AND b.runnable AND %1$s
               LIMIT 1) IS NULL"""
          .formatted(WAITING);

  /**
   * Makes the lanes that are missing; those that are there stay as they are, and are not even
   * locked. $1 pools, $2 classes, $3 tenants, $4 batches.
   */
  static final String ENSURE =
      """
      WITH given AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[])
          AS g (pool_id, slot_class, tenant_id, batch_id)
      ), lanes AS (
        INSERT INTO lane (pool_id, slot_class, tenant_id, tag, max_in_flight)
        SELECT DISTINCT g.pool_id, g.slot_class, g.tenant_id,
               coalesce((SELECT virtual_time FROM lane_clock c
                          WHERE c.pool_id = g.pool_id AND c.slot_class = g.slot_class), 0),
               (SELECT max_in_flight FROM tenant WHERE id = g.tenant_id)
          FROM given g
         WHERE (SELECT true FROM lane l
                 WHERE l.pool_id = g.pool_id AND l.slot_class = g.slot_class
                   AND l.tenant_id = g.tenant_id) IS NULL
         ORDER BY 1, 2, 3
            ON CONFLICT DO NOTHING
      )
      INSERT INTO batch_lane (pool_id, slot_class, tenant_id, batch_id, tag, weight,
                              max_in_flight, paused)
      SELECT g.pool_id, g.slot_class, g.tenant_id, g.batch_id,
             coalesce((SELECT batch_time FROM lane l
                        WHERE l.pool_id = g.pool_id AND l.slot_class = g.slot_class
                          AND l.tenant_id = g.tenant_id), 0),
             coalesce(batch.weight, 1), batch.max_in_flight, coalesce(batch.state <> 'open', false)
        FROM given g
        LEFT JOIN LATERAL (SELECT weight, max_in_flight, state FROM batch
                            WHERE id = g.batch_id LIMIT 1) AS batch ON true
       WHERE (SELECT true FROM batch_lane b
               WHERE b.pool_id = g.pool_id AND b.slot_class = g.slot_class
                 AND b.tenant_id = g.tenant_id AND b.batch_id = g.batch_id) IS NULL
       ORDER BY 1, 2, 3, 4
          ON CONFLICT DO NOTHING""";

  /** Keeps lanes from being put to rest until the commit. $1 pools, $2 classes, $3 tenants. */
  static final String SHARE =
      """
      SELECT 1
        FROM lane JOIN unnest($1::text[], $2::text[], $3::uuid[]) AS g (pool, class, tenant)
          ON lane.pool_id = g.pool AND lane.slot_class = g.class AND lane.tenant_id = g.tenant
       ORDER BY lane.pool_id, lane.slot_class, lane.tenant_id
         FOR KEY SHARE OF lane""";

  /**
   * After {@link #SHARE} or {@link #LOCK}, as a statement of its own, and before {@link
   * #WAKE_BATCHES}: whoever changes both levels changes the lanes first, each in the order of their
   * keys, or an ending and a request would wait for each other. A lane that was at rest comes in at
   * the current virtual time: it does not catch up on what it did not ask for. $1 pools, $2
   * classes, $3 tenants.
   */
  static final String WAKE =
      """
      WITH asleep AS MATERIALIZED (
        SELECT lane.pool_id, lane.slot_class, lane.tenant_id
          FROM lane JOIN unnest($1::text[], $2::text[], $3::uuid[]) AS g (pool, class, tenant)
            ON lane.pool_id = g.pool AND lane.slot_class = g.class AND lane.tenant_id = g.tenant
         WHERE NOT lane.active
         ORDER BY lane.pool_id, lane.slot_class, lane.tenant_id
           FOR NO KEY UPDATE OF lane
      )
      UPDATE lane l
         SET active = true,
             tag = greatest(l.tag, (SELECT virtual_time FROM lane_clock c
                                     WHERE c.pool_id = l.pool_id AND c.slot_class = l.slot_class))
        FROM asleep
       WHERE l.pool_id = asleep.pool_id AND l.slot_class = asleep.slot_class
         AND l.tenant_id = asleep.tenant_id AND NOT l.active""";

  /** The same inside the lanes. $1 pools, $2 classes, $3 tenants, $4 batches. */
  static final String WAKE_BATCHES =
      """
      WITH asleep AS MATERIALIZED (
        SELECT b.pool_id, b.slot_class, b.tenant_id, b.batch_id
          FROM batch_lane b
          JOIN unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[])
                 AS g (pool, class, tenant, batch)
            ON b.pool_id = g.pool AND b.slot_class = g.class AND b.tenant_id = g.tenant
           AND b.batch_id = g.batch
         WHERE NOT b.active
         ORDER BY b.pool_id, b.slot_class, b.tenant_id, b.batch_id
           FOR NO KEY UPDATE OF b
      )
      UPDATE batch_lane b
         SET active = true,
             tag = greatest(b.tag, (SELECT batch_time FROM lane l
                                     WHERE l.pool_id = b.pool_id AND l.slot_class = b.slot_class
                                       AND l.tenant_id = b.tenant_id))
        FROM asleep
       WHERE b.pool_id = asleep.pool_id AND b.slot_class = asleep.slot_class
         AND b.tenant_id = asleep.tenant_id AND b.batch_id = asleep.batch_id AND NOT b.active""";

  /** In the order that all transactions keep. $1 pools, $2 classes, $3 tenants. */
  static final String LOCK =
      """
      SELECT 1
        FROM lane JOIN unnest($1::text[], $2::text[], $3::uuid[]) AS g (pool, class, tenant)
          ON lane.pool_id = g.pool AND lane.slot_class = g.class AND lane.tenant_id = g.tenant
       ORDER BY lane.pool_id, lane.slot_class, lane.tenant_id
         FOR NO KEY UPDATE OF lane""";

  /**
   * The lanes that jobs of a batch have had so far, and others, in the order that all transactions
   * keep. $1 pools, $2 classes, $3 tenants, $4 batch.
   */
  static final String LOCK_OF_BATCH =
      """
      SELECT 1
        FROM lane
        JOIN (SELECT pool_id, slot_class, tenant_id FROM batch_lane WHERE batch_id = $4
               UNION
              SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])) AS g
       USING (pool_id, slot_class, tenant_id)
       ORDER BY pool_id, slot_class, tenant_id
         FOR NO KEY UPDATE OF lane""";

  /**
   * What the batch's row says counts for its lanes; one that could not run comes in at the current
   * virtual time. After {@link #LOCK_OF_BATCH}. $1 batch.
   */
  static final String TELL =
      """
      UPDATE batch_lane
         SET weight = batch.weight, max_in_flight = batch.max_in_flight,
             paused = batch.state <> 'open',
             tag = CASE WHEN batch_lane.runnable THEN batch_lane.tag
               ELSE greatest(batch_lane.tag,
                             (SELECT batch_time FROM lane l
                               WHERE l.pool_id = batch_lane.pool_id
                                 AND l.slot_class = batch_lane.slot_class
                                 AND l.tenant_id = batch_lane.tenant_id)) END
        FROM batch
       WHERE batch.id = $1 AND batch_lane.batch_id = batch.id
         AND (batch_lane.weight, batch_lane.max_in_flight, batch_lane.paused)
             IS DISTINCT FROM (batch.weight, batch.max_in_flight, batch.state <> 'open')""";

  /**
   * A lane that rests because its batch was full or paused has work again. After {@link #TELL}. $1
   * batch.
   */
  static final String WAKE_OF_BATCH =
      """
      UPDATE lane l
         SET active = true,
             tag = greatest(l.tag, (SELECT virtual_time FROM lane_clock c
                                     WHERE c.pool_id = l.pool_id AND c.slot_class = l.slot_class))
        FROM batch_lane b
       WHERE b.batch_id = $1 AND b.runnable AND NOT l.active AND l.pool_id = b.pool_id
         AND l.slot_class = b.slot_class AND l.tenant_id = b.tenant_id""";

  /**
   * What attempts held, and what is given back of what they were charged. An ending must not fail:
   * a count that was wrong before stops at zero. A lane whose batch was at its limit may run again.
   * Who was at a limit comes in again at the current virtual time, like who was idle: what the
   * limit kept from it is not caught up on, or lowering a limit would only put off a burst. Answers
   * for each lane whether it, or a batch of any of them, was at its limit. $1 pools, $2 classes, $3
   * tenants, $4 batches, $5 slots, $6 cost given back.
   */
  static final String FREE =
      """
      WITH given AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::int[],
                             $6::float8[])
          AS g (pool_id, slot_class, tenant_id, batch_id, slots, back)
      ), batches AS (
        UPDATE batch_lane b
           SET in_flight = greatest(0, b.in_flight - given.slots),
               tag = CASE WHEN b.in_flight >= b.max_in_flight
                       THEN greatest(b.tag, (SELECT batch_time FROM lane l
                                              WHERE l.pool_id = b.pool_id
                                                AND l.slot_class = b.slot_class
                                                AND l.tenant_id = b.tenant_id))
                       ELSE b.tag END - given.back / b.weight
          FROM given
         WHERE b.pool_id = given.pool_id AND b.slot_class = given.slot_class
           AND b.tenant_id = given.tenant_id AND b.batch_id = given.batch_id
        RETURNING coalesce(b.in_flight + given.slots >= b.max_in_flight, false) AS was_full
      )
      UPDATE lane l
         SET in_flight = greatest(0, l.in_flight - sums.slots),
             tag = CASE WHEN l.in_flight >= l.max_in_flight
                     THEN greatest(l.tag, (SELECT virtual_time FROM lane_clock c
                                            WHERE c.pool_id = l.pool_id
                                              AND c.slot_class = l.slot_class))
                     ELSE l.tag END
                   - sums.back / (SELECT weight FROM tenant WHERE id = l.tenant_id),
             active = l.active
               OR (SELECT true FROM batch_lane b
                    WHERE b.pool_id = l.pool_id AND b.slot_class = l.slot_class
                      AND b.tenant_id = l.tenant_id AND b.active AND NOT b.paused
                    LIMIT 1) IS NOT NULL
        FROM (SELECT pool_id, slot_class, tenant_id, sum(slots) AS slots, sum(back) AS back
                FROM given GROUP BY 1, 2, 3) AS sums
       WHERE l.pool_id = sums.pool_id AND l.slot_class = sums.slot_class
         AND l.tenant_id = sums.tenant_id
      RETURNING coalesce(l.in_flight + sums.slots >= l.max_in_flight, false)
             OR (SELECT coalesce(bool_or(was_full), false) FROM batches) AS was_full""";
}
