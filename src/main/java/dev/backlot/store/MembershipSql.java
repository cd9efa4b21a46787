package dev.backlot.store;

/** Nodes, their leases and their duties, all on the database's clock. */
final class MembershipSql {
  static final String INSTALLATION = "SELECT id FROM installation";

  private MembershipSql() {}

  /** $1 node, $2 name, $3 its lease in milliseconds. */
  static final String REGISTER =
      """
      INSERT INTO node (id, epoch, name, started_at, heartbeat_at, lease_millis)
      VALUES ($1, 1, $2, backlot_now(), backlot_now(), $3)
          ON CONFLICT (id) DO UPDATE
         SET epoch = node.epoch + 1, name = excluded.name, heartbeat_at = excluded.heartbeat_at,
             lease_millis = excluded.lease_millis, report = NULL
      RETURNING epoch""";

  /** $1 node, $2 epoch. */
  static final String HEARTBEAT =
      """
      UPDATE node SET heartbeat_at = backlot_now()
       WHERE id = $1 AND epoch = $2
         AND heartbeat_at > backlot_now() - lease_millis * interval '1 millisecond'""";

  /** $1 node, $2 epoch, $3 report. */
  static final String REPORT =
      """
      UPDATE node SET report = $3::text::jsonb
       WHERE id = $1 AND epoch = $2 AND heartbeat_at > '-infinity'""";

  /** $1 limit. */
  static final String REPORTS =
      """
      SELECT report::text AS report FROM node
       WHERE heartbeat_at > '-infinity' AND report IS NOT NULL
       LIMIT $1""";

  /** A node that has just joined has said nothing, and may offer anything. $1 offer. */
  static final String DIFFERING =
      """
      SELECT count(*)::int AS differing FROM node
       WHERE heartbeat_at > '-infinity' AND report->>'offer' IS DISTINCT FROM $1""";

  /**
   * Ends leases that have run out, before anything is taken: a heartbeat that was only just in time
   * and one that comes too late both find out on this row. A row that is locked is being renewed.
   * Each lease has the length that its holder counts with, whatever that of others is. $1
   * milliseconds for nodes of a version that does not tell its own.
   */
  static final String END_LEASES =
      """
      UPDATE node SET heartbeat_at = '-infinity'
        FROM (SELECT id FROM node
               WHERE heartbeat_at > '-infinity'
                 AND heartbeat_at <= backlot_now()
                       - coalesce(lease_millis, $1::bigint) * interval '1 millisecond'
               ORDER BY id
                 FOR UPDATE SKIP LOCKED) AS late
       WHERE node.id = late.id""";

  /** Whether a live node, under the epoch of the job, answers for the job. */
  private static final String HAS_OWNER =
      """
      EXISTS (SELECT 1 FROM node
               WHERE node.id = job.owner AND node.epoch = job.epoch
                 AND node.heartbeat_at > '-infinity')""";

  /** A node that has lost its own lease takes nothing. */
  private static final String MAY_TAKE =
      """
      EXISTS (SELECT 1 FROM node
               WHERE node.id = $1 AND node.epoch = $2 AND node.heartbeat_at > '-infinity')""";

  /** $1 node, $2 epoch, $3 limit. */
  static final String LOCK_LOST =
      """
      SELECT id FROM job
       WHERE state IN ('submitting', 'running', 'storing')
         AND NOT %s
         AND %s
       ORDER BY id
       LIMIT $3
         FOR UPDATE SKIP LOCKED"""
          .formatted(HAS_OWNER, MAY_TAKE);

  /**
   * Asks again, because the lock may have found a row that had changed since its statement began,
   * and such a row is not checked against other tables. What the former owner had in hand it may
   * have sent up to this instant. $1 node, $2 epoch, $3 jobs.
   */
  static final String TAKE_OVER =
      """
      WITH taken AS (
        UPDATE job SET owner = $1, epoch = $2, fence = fence + 1
         WHERE id = ANY($3::uuid[]) AND state IN ('submitting', 'running', 'storing')
           AND NOT %s
        RETURNING id),
      doubted AS (
        UPDATE attempt SET state = 'unknown', last_unknown_at = backlot_now()
          FROM taken
         WHERE attempt.job_id = taken.id AND NOT attempt.detached
           AND attempt.state IN ('claimed', 'unknown'))
      SELECT count(*) AS taken FROM taken"""
          .formatted(HAS_OWNER);

  /** $1 node, $2 epoch. */
  static final String LEAVE =
      "UPDATE node SET heartbeat_at = '-infinity' WHERE id = $1 AND epoch = $2";

  /** $1 node, $2 epoch. */
  static final String DROP_DUTIES = "DELETE FROM duty WHERE owner = $1 AND epoch = $2";

  /**
   * Only a node that is alive takes or keeps a duty, and whoever is takes that of one whose lease
   * has ended. Such an owner is told by one snapshot of both tables, and then compared with the row
   * that is locked: that may be newer, of a node which this statement does not see yet. An ended
   * lease never begins again, so what the snapshot says of it stays true. $1 duty, $2 node, $3
   * epoch, $4 milliseconds.
   */
  static final String HOLD_DUTY =
      """
      WITH orphaned AS MATERIALIZED (
        SELECT owner, epoch FROM duty
         WHERE name = $1
           AND NOT EXISTS (SELECT 1 FROM node
                            WHERE node.id = duty.owner AND node.epoch = duty.epoch
                              AND node.heartbeat_at > '-infinity'))
      INSERT INTO duty (name, owner, epoch, expires_at)
      SELECT $1::text, node.id, node.epoch, backlot_now() + $4::bigint * interval '1 millisecond'
        FROM node
       WHERE node.id = $2 AND node.epoch = $3
         AND node.heartbeat_at > backlot_now() - node.lease_millis * interval '1 millisecond'
          ON CONFLICT (name) DO UPDATE
         SET owner = excluded.owner, epoch = excluded.epoch, expires_at = excluded.expires_at
       WHERE (duty.owner, duty.epoch) = (excluded.owner, excluded.epoch)
          OR (duty.owner, duty.epoch) IN (SELECT owner, epoch FROM orphaned)
          OR duty.expires_at <= backlot_now()""";
}
