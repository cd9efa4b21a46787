-- What a tenant was charged, newest first. One that an interrupted build has left behind is of no use.
DROP INDEX CONCURRENTLY IF EXISTS reservation_settled;
CREATE INDEX CONCURRENTLY reservation_settled ON reservation (tenant_id, closed_at, job_id)
  WHERE outcome = 'settled';
