-- One that an interrupted build has left behind is of no use.
DROP INDEX CONCURRENTLY IF EXISTS event_default_batch;
CREATE INDEX CONCURRENTLY event_default_batch ON event_default (batch_id, position)
  WHERE batch_id IS NOT NULL;
