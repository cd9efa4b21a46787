package dev.backlot.store;

/** Incidents, at most one open per rule and subject. */
final class AlertSql {
  private AlertSql() {}

  static final String OPEN =
      """
      SELECT id, rule, subject, state, summary, since, fired_at, resolved_at FROM alert
       WHERE state <> 'resolved' ORDER BY since, id""";

  /**
   * Moves alerts that are where the move starts: pending to firing, either to resolved. The
   * arguments of both statements: $1 ids, $2 rules, $3 subjects, $4 states, $5 summaries, $6 since,
   * $7 fired at, $8 resolved at.
   */
  static final String MOVE =
      """
      UPDATE alert a
         SET state = s.state, summary = s.summary, fired_at = s.fired_at,
             resolved_at = s.resolved_at
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                    $7::timestamptz[], $8::timestamptz[])
             AS s (id, rule, subject, state, summary, since, fired_at, resolved_at)
       WHERE a.id = s.id
         AND CASE s.state WHEN 'firing' THEN a.state = 'pending'
                          WHEN 'resolved' THEN a.state <> 'resolved'
                          ELSE false END
      RETURNING a.id""";

  /** Opens new ones; nothing happens when another node has opened one for the same subject. */
  static final String OPEN_NEW =
      """
      INSERT INTO alert (id, rule, subject, state, summary, since, fired_at, resolved_at)
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
                           $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
             AS s (id, rule, subject, state, summary, since, fired_at, resolved_at)
       WHERE s.state <> 'resolved'
      ON CONFLICT DO NOTHING
      RETURNING id""";
}
