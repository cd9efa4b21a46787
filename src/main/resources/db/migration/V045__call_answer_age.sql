-- Which answers of calls are old enough to be dropped. One that an interrupted build has left behind is of
-- no use.
DROP INDEX CONCURRENTLY IF EXISTS provider_call_answered;
CREATE INDEX CONCURRENTLY provider_call_answered ON provider_call (closed_at)
  WHERE answer IS NOT NULL;
