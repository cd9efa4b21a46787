package dev.backlot.store;

/** Incidents, at most one open per rule and subject. */
final class AlertSql {
  private AlertSql() {}

  static final String OPEN =
      """
      SELECT id, rule, subject, state, summary, since, fired_at, resolved_at FROM alert
       WHERE state <> 'resolved' ORDER BY since, id""";

  /** Firing, or resolved after $1 and once firing. $2 limit. */
  static final String TOLD_OF =
      """
      SELECT id, rule, subject, state, summary, since, fired_at, resolved_at FROM alert
       WHERE state = 'firing'
          OR (state = 'resolved' AND resolved_at > $1 AND fired_at IS NOT NULL)
       ORDER BY state, resolved_at DESC, since, id LIMIT $2""";

  /**
   * The row of the duty while it is the evaluator's. Locked, so that nobody takes the duty before
   * the move is committed; a node that comes too late waits for whoever is taking it, and then
   * finds another's name.
   */
  private static final String EVALUATOR =
      """
      WITH evaluator AS MATERIALIZED (
        SELECT 1 FROM duty
         WHERE name = $9 AND owner = $10 AND epoch = $11 AND expires_at > backlot_now()
           AND EXISTS (SELECT 1 FROM node
                        WHERE node.id = $10 AND node.epoch = $11
                          AND node.heartbeat_at
                              > backlot_now() - $12::bigint * interval '1 millisecond')
           FOR SHARE)""";

  /**
   * Moves alerts that are where the move starts: pending to firing, either to resolved. The
   * arguments of both statements: $1 ids, $2 rules, $3 subjects, $4 states, $5 summaries, $6 since,
   * $7 fired at, $8 resolved at, $9 duty, $10 node, $11 epoch, $12 lease in milliseconds.
   */
  static final String MOVE =
      """
      %s
      UPDATE alert a
         SET state = s.state, summary = s.summary, fired_at = s.fired_at,
             resolved_at = s.resolved_at, tells = 0,
             tell_at = CASE WHEN s.fired_at IS NOT NULL
               THEN coalesce(s.resolved_at, s.fired_at) END
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                    $7::timestamptz[], $8::timestamptz[])
             AS s (id, rule, subject, state, summary, since, fired_at, resolved_at)
       WHERE a.id = s.id
         AND CASE s.state WHEN 'firing' THEN a.state = 'pending'
                          WHEN 'resolved' THEN a.state <> 'resolved'
                          ELSE false END
         AND EXISTS (SELECT 1 FROM evaluator)
      RETURNING a.id"""
          .formatted(EVALUATOR);

  /** Opens new ones; nothing happens when another node has opened one for the same subject. */
  static final String OPEN_NEW =
      """
      %s
      INSERT INTO alert (id, rule, subject, state, summary, since, fired_at, resolved_at, tell_at)
      SELECT s.*, s.fired_at
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
                           $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
             AS s (id, rule, subject, state, summary, since, fired_at, resolved_at)
       WHERE s.state <> 'resolved'
         AND EXISTS (SELECT 1 FROM evaluator)
      ON CONFLICT DO NOTHING
      RETURNING id"""
          .formatted(EVALUATOR);

  /**
   * What is to be told outside, put off for all others until whoever takes it must be done. A node
   * of a version before this one looks at the same column. $1 now, $2 limit, $3 until.
   */
  static final String CLAIM_UNTOLD =
      """
      UPDATE alert a SET tell_at = $3
        FROM (SELECT id FROM alert WHERE tell_at <= $1
               ORDER BY tell_at, id LIMIT $2 FOR UPDATE SKIP LOCKED) due
       WHERE a.id = due.id
      RETURNING a.id, a.rule, a.subject, a.state, a.summary, a.since, a.fired_at, a.resolved_at""";

  /** Nothing happens when it has moved on meanwhile. $1 alert, $2 state. */
  static final String TOLD = "UPDATE alert SET tell_at = NULL WHERE id = $1 AND state = $2";

  /** $1 alert, $2 state, $3 most tries, $4 now. */
  static final String TELL_LATER =
      """
      UPDATE alert
         SET tells = tells + 1,
             tell_at = CASE WHEN tells + 1 < $3
               THEN $4::timestamptz + least(power(2, tells) * interval '10 s', interval '10 min') END
       WHERE id = $1 AND state = $2
      RETURNING tell_at IS NOT NULL AS again""";
}
