-- A call reserves once, and is settled, released and billed once. An index that an interrupted build has
-- left behind is of no use.
DROP INDEX CONCURRENTLY IF EXISTS transfer_call;
CREATE UNIQUE INDEX CONCURRENTLY transfer_call ON transfer (call_id, kind) WHERE call_id IS NOT NULL;
