-- The one log of transitions. Positions are assigned in commit order: each transaction that appends
-- takes pg_advisory_xact_lock(log) as a statement of its own right before the insert, which is its
-- last statement; and the identity has no cache. No foreign key, trigger or deferred constraint may
-- ever be added here: they would run after the position is taken.

CREATE TABLE event (
  position    bigint GENERATED ALWAYS AS IDENTITY (CACHE 1),
  log         smallint NOT NULL DEFAULT 1,
  tenant_id   uuid NOT NULL,
  job_id      uuid NOT NULL,
  batch_id    uuid,
  job_version integer NOT NULL,
  type        text NOT NULL,
  at          timestamptz NOT NULL,
  -- Safe for the tenant: no prompt, no provider id, no address.
  data        jsonb NOT NULL,
  PRIMARY KEY (position)
) PARTITION BY RANGE (position);
CREATE TABLE event_p0 PARTITION OF event FOR VALUES FROM (MINVALUE) TO (100000000);
CREATE TABLE event_default PARTITION OF event DEFAULT;
CREATE INDEX event_tenant ON event (tenant_id, position);
CREATE INDEX event_job ON event (job_id, position);

-- DELETE is for retention: whole batches from the low end, so that what is kept has no gaps.
GRANT SELECT, INSERT, DELETE ON event TO backlot_app;
