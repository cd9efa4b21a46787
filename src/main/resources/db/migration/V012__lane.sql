-- Fair share between tenants, and inside a tenant between its batches, by start-time fair queueing
-- (Goyal, Vin, Cheng, "Start-time Fair Queuing", 1996). A claim looks at the lanes with the lowest tags
-- and at the first jobs of each, so that it costs the same however many jobs are queued.

-- What waits for its time, or was passed over, is no candidate of a claim until it is due.
ALTER TABLE job ADD COLUMN due boolean NOT NULL DEFAULT true;
UPDATE job SET due = false WHERE state = 'queued' AND start_at > updated_at;

DROP INDEX job_queued;
CREATE INDEX job_due ON job (pool_id, slot_class, tenant_id,
    coalesce(batch_id, '00000000-0000-0000-0000-000000000000'), sort_key, id)
  WHERE state = 'queued' AND due;
CREATE INDEX job_not_due ON job (start_at) WHERE state = 'queued' AND NOT due;

-- Most slots of one class that a tenant's jobs may hold at a time; NULL for as many as there are.
ALTER TABLE tenant ADD COLUMN max_in_flight integer CHECK (max_in_flight >= 0);
GRANT UPDATE (weight, max_in_flight) ON tenant TO backlot_app;

-- One for each tenant that has had work of a class.
CREATE TABLE lane (
  pool_id       text NOT NULL,
  slot_class    text NOT NULL,
  tenant_id     uuid NOT NULL REFERENCES tenant,
  -- Virtual time at which its next job would start: rises by cost / weight with each claim.
  tag           double precision NOT NULL,
  -- The highest tag at which one of its batches was served: where an idle batch comes in again.
  batch_time    double precision NOT NULL DEFAULT 0,
  -- It may have due jobs that may run. Cleared by a claim that has found none, under FOR UPDATE; set
  -- again by whoever makes a job due, under FOR KEY SHARE at least: neither can miss the other.
  active        boolean NOT NULL DEFAULT true,
  in_flight     integer NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
  max_in_flight integer CHECK (max_in_flight >= 0),
  runnable      boolean NOT NULL GENERATED ALWAYS AS
                  (active AND (max_in_flight IS NULL OR in_flight < max_in_flight)) STORED,
  PRIMARY KEY (pool_id, slot_class, tenant_id)
);
CREATE INDEX lane_runnable ON lane (pool_id, slot_class, tag, tenant_id) WHERE runnable;

-- Below it one for each batch; the nil id stands for jobs of no batch. Its tag competes only inside
-- its tenant. It is active and rests under the lock of its lane.
CREATE TABLE batch_lane (
  pool_id       text NOT NULL,
  slot_class    text NOT NULL,
  tenant_id     uuid NOT NULL,
  batch_id      uuid NOT NULL,
  tag           double precision NOT NULL,
  weight        integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 1000),
  active        boolean NOT NULL DEFAULT true,
  paused        boolean NOT NULL DEFAULT false,
  in_flight     integer NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
  max_in_flight integer CHECK (max_in_flight >= 0),
  runnable      boolean NOT NULL GENERATED ALWAYS AS
                  (active AND NOT paused AND (max_in_flight IS NULL OR in_flight < max_in_flight)) STORED,
  PRIMARY KEY (pool_id, slot_class, tenant_id, batch_id),
  FOREIGN KEY (pool_id, slot_class, tenant_id) REFERENCES lane
);
CREATE INDEX batch_lane_runnable ON batch_lane (pool_id, slot_class, tenant_id, tag, batch_id)
  WHERE runnable;
CREATE INDEX batch_lane_batch ON batch_lane (batch_id);

-- The virtual time of a class: the tag of the job that was claimed last.
CREATE TABLE lane_clock (
  pool_id      text NOT NULL,
  slot_class   text NOT NULL,
  virtual_time double precision NOT NULL,
  PRIMARY KEY (pool_id, slot_class)
);

-- Updated by every claim and every ending.
ALTER TABLE lane SET (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE batch_lane SET (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE lane_clock SET (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

INSERT INTO lane (pool_id, slot_class, tenant_id, tag, in_flight)
  SELECT job.pool_id, job.slot_class, job.tenant_id, 0, coalesce(sum(attempt.slots), 0)
    FROM job LEFT JOIN attempt ON attempt.job_id = job.id AND attempt.closed_at IS NULL
   WHERE job.state IN ('queued', 'held', 'submitting', 'running', 'storing')
   GROUP BY job.pool_id, job.slot_class, job.tenant_id;
INSERT INTO batch_lane (pool_id, slot_class, tenant_id, batch_id, tag, in_flight)
  SELECT pool_id, slot_class, tenant_id, '00000000-0000-0000-0000-000000000000', 0, in_flight
    FROM lane;

GRANT SELECT, INSERT, UPDATE, DELETE ON lane, batch_lane, lane_clock TO backlot_app;
