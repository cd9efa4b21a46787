-- One that an interrupted build has left behind is of no use.
DROP INDEX CONCURRENTLY IF EXISTS event_p0_batch;
CREATE INDEX CONCURRENTLY event_p0_batch ON event_p0 (batch_id, position)
  WHERE batch_id IS NOT NULL;
