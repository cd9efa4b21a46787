package dev.backlot.store;

/** An endpoint that is enabled again and told what it has missed. */
final class WebhookResumeSql {
  private WebhookResumeSql() {}

  /**
   * Before the endpoint is locked, as planning does it, which takes its positions in a statement of
   * its own: whatever is planned while the endpoint is disabled has been planned by now, and what
   * comes next finds it enabled. Nobody's events are planned meanwhile, so one tenant's long search
   * is given up after two seconds, and nothing of it is left.
   */
  static final String LOCK_PLANNING =
      """
      SELECT set_config('statement_timeout', '2s', true)
        FROM webhook_position p, webhook_job_position j
       WHERE p.id = 1 AND j.id = 1 FOR UPDATE OF p, j""";

  /**
   * Positions rise almost with time: halving finds a place some way before the time without reading
   * all of the log. Almost, because nodes write times by their own clocks, which is what the ten
   * minutes are for.
   */
  private static final String START =
      """
      WITH RECURSIVE search AS (
        SELECT (SELECT coalesce(min(position), 1) FROM event) - 1 AS low,
               (SELECT position FROM webhook_position) AS high
        UNION ALL
        SELECT CASE WHEN probe.is_early THEN probe.position ELSE search.low END,
               CASE WHEN probe.is_early THEN search.high ELSE search.middle END
          FROM (SELECT low, high, (low + high) / 2 AS middle FROM search) AS search
          LEFT JOIN LATERAL (
            SELECT event.position,
                   event.position <= search.high AND event.at < $3::timestamptz - interval '10 minutes'
                     AS is_early
              FROM event WHERE event.position > search.middle
             ORDER BY event.position LIMIT 1) AS probe ON true
         WHERE search.high - search.low > 100),
      start AS MATERIALIZED (SELECT max(low) AS position FROM search),
      """;

  private static final String UNDELIVERED =
      """
      NOT EXISTS (SELECT 1 FROM webhook_delivery d
                   WHERE d.endpoint_id = $1 AND d.position = event.position
                     AND d.state <> 'failed')""";

  /** Events of the endpoint's tenant, or of the jobs that have named its address. */
  private static final String MISSED =
      """
      endpoint AS MATERIALIZED (
        SELECT e.events, e.waiting, e.url_digest IS NOT NULL AS for_jobs,
               e.origin IS NOT NULL AS told_tasks
          FROM webhook_endpoint e
         WHERE e.id = $1 AND e.tenant_id = $2 AND e.deleted_at IS NULL),
      missed AS MATERIALIZED (
        SELECT found.*
          FROM endpoint,
               LATERAL (
                 (SELECT event.position, event.job_id, event.job_version, event.type, event.at,
                         event.data
                    FROM event
                   WHERE NOT endpoint.for_jobs AND event.tenant_id = $2
                     AND event.position > (SELECT position FROM start)
                     AND event.position <= (SELECT position FROM webhook_position)
                     AND event.at >= $3 AND event.type = ANY(endpoint.events) AND %1$s
                   ORDER BY event.position
                   LIMIT greatest(0, $4::int - endpoint.waiting) + 1)
                 UNION ALL
                 (SELECT event.position, event.job_id, event.job_version, event.type, event.at,
                         event.data
                    FROM job_webhook w
                    JOIN event ON event.job_id = w.job_id
                   WHERE endpoint.for_jobs AND w.endpoint_id = $1
                     AND event.position <= (SELECT position FROM webhook_job_position)
                     AND event.at >= $3 AND event.type = ANY(w.events) AND %1$s
                     AND (NOT endpoint.told_tasks OR %2$s)
                   ORDER BY event.position
                   LIMIT greatest(0, $4::int - endpoint.waiting) + 1)) AS found),
      """
          .formatted(UNDELIVERED, JobWebhookSql.isSeen("event"));

  /**
   * Behind {@link #LOCK_PLANNING} and the endpoint's own lock. What it has missed waits; one more
   * than may wait is the sign that it is too much, and then all of it is to be undone. A time
   * before what is kept counts only when something was removed: the first position is 1. $1 id, $2
   * tenant, $3 since, $4 most that may wait, $5 now.
   */
  static final String RESUME =
      START
          + MISSED
          + """
          planned AS (
            INSERT INTO webhook_delivery AS d (endpoint_id, position, tenant_id, job_id,
                                               job_version, type, at, data, state, next_at,
                                               created_at)
            SELECT $1, position, $2, job_id, job_version, type, at, data, 'pending',
                   backlot_now(), $5::timestamptz
              FROM missed
                ON CONFLICT (endpoint_id, position) DO UPDATE
               SET state = 'pending', tries = 0, next_at = backlot_now(), ended_at = NULL
            RETURNING d.position),
          grown AS (
            UPDATE webhook_endpoint e
               SET waiting = e.waiting + (SELECT count(*)::int FROM planned),
                   due_at = least(e.due_at, backlot_now())
             WHERE e.id = $1 AND e.tenant_id = $2 AND EXISTS (SELECT 1 FROM planned))
          SELECT (SELECT at FROM event WHERE position > 1
                     AND position = (SELECT min(position) FROM event)) AS kept_since,
                 coalesce((SELECT waiting FROM endpoint) + (SELECT count(*) FROM missed) > $4, false)
                   AND EXISTS (SELECT 1 FROM missed) AS too_many""";
}
