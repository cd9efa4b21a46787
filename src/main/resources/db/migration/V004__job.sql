-- Jobs, their attempts and the slots that attempts hold.

CREATE TABLE job (
  id                 uuid PRIMARY KEY,
  tenant_id          uuid NOT NULL REFERENCES tenant,
  -- For facades that cannot carry a UUID: Kling's own ids are 18 digits too.
  public_number      bigint GENERATED ALWAYS AS IDENTITY (START WITH 900000000000000001) UNIQUE,
  -- The caller's own id, for a facade. Never sent to Kling.
  client_external_id text CHECK (length(client_external_id) BETWEEN 1 AND 255),
  api_key_id         text NOT NULL,
  batch_id           uuid,
  kind               text NOT NULL,
  model              text NOT NULL,
  -- json, not jsonb: the caller's numbers and order stay as they were written, and text that jsonb
  -- cannot hold (the escape \u0000) does not fail the whole group it arrived with. Long values are
  -- kept out of line by PostgreSQL, so updates of the row do not copy them.
  input              json NOT NULL CHECK (json_typeof(input) = 'object'),
  metadata           json NOT NULL CHECK (json_typeof(metadata) = 'object'),
  priority           smallint NOT NULL CHECK (priority BETWEEN -100 AND 100),

  state              text NOT NULL CHECK (state IN ('queued', 'held', 'submitting', 'running',
                       'storing', 'succeeded', 'failed', 'canceled', 'expired')),
  version            integer NOT NULL DEFAULT 1 CHECK (version > 0),
  held_reason        text,
  cancel_requested   boolean NOT NULL DEFAULT false,
  overdue            boolean NOT NULL DEFAULT false,
  error_number       integer,
  error_detail       text,
  outputs            jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(outputs) = 'array'),

  -- Who acts for the job. A take-over raises the fence, so that whatever the former owner still
  -- writes finds no row.
  owner              uuid,
  epoch              bigint,
  fence              bigint NOT NULL DEFAULT 0,

  -- Scheduling.
  pool_id            text NOT NULL,
  slot_class         text NOT NULL,
  slots              smallint NOT NULL CHECK (slots > 0),
  sort_key           timestamptz NOT NULL,
  start_at           timestamptz NOT NULL,
  expires_at         timestamptz,
  attempts           integer NOT NULL DEFAULT 0,

  asset              text NOT NULL,
  cost               numeric(20,6) NOT NULL CHECK (cost > 0),
  price_version      text NOT NULL,

  accepted_at        timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  started_at         timestamptz,
  ended_at           timestamptz,

  CHECK ((ended_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'canceled', 'expired'))),
  CHECK ((owner IS NOT NULL) = (state IN ('submitting', 'running', 'storing'))),
  CHECK ((owner IS NULL) = (epoch IS NULL)),
  CHECK (state <> 'failed' OR error_number IS NOT NULL)
);
CREATE UNIQUE INDEX job_client_external_id ON job (tenant_id, client_external_id)
  WHERE client_external_id IS NOT NULL;
-- UUIDv7 sorts by time: this is the tenant's list, newest first.
CREATE INDEX job_tenant ON job (tenant_id, id DESC);
-- The indexes below hold live jobs only, so they stay small whatever the table's age.
CREATE INDEX job_queued ON job (pool_id, slot_class, sort_key, id) WHERE state = 'queued';
CREATE INDEX job_owned ON job (owner, state) WHERE state IN ('submitting', 'running', 'storing');
CREATE INDEX job_live ON job (tenant_id, state, id)
  WHERE state IN ('queued', 'held', 'submitting', 'running', 'storing');
-- Three or four updates per job: leave room on the page.
ALTER TABLE job SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE attempt (
  id              uuid PRIMARY KEY,
  job_id          uuid NOT NULL REFERENCES job,
  tenant_id       uuid NOT NULL,
  number          integer NOT NULL CHECK (number > 0),
  account_id      text NOT NULL,
  dialect         text NOT NULL CHECK (dialect IN ('legacy', 'path-per-model')),
  path            text NOT NULL,
  external_id     text NOT NULL CHECK (length(external_id) <= 64),
  body            text NOT NULL,
  slot_class      text NOT NULL,
  slots           smallint NOT NULL CHECK (slots > 0),

  -- claimed: committed, its first byte may or may not have left;  unknown: a send had no clear answer;
  -- running: the task id is known;  the others are closed and hold no slot.
  state           text NOT NULL CHECK (state IN ('claimed', 'unknown', 'running',
                    'succeeded', 'failed', 'refused', 'unsent', 'absent')),
  -- Its job has ended without it (policy give-up): it keeps its slot until Kling's end.
  detached        boolean NOT NULL DEFAULT false,
  counted         boolean NOT NULL DEFAULT true,
  task_id         text,
  sends           integer NOT NULL DEFAULT 1,
  first_sent_at   timestamptz NOT NULL,
  last_unknown_at timestamptz,
  running_since   timestamptz,
  deduction       numeric(20,6),
  result          text,
  note            text,
  created_at      timestamptz NOT NULL,
  closed_at       timestamptz,

  UNIQUE (account_id, external_id),
  UNIQUE (job_id, number),
  CHECK ((closed_at IS NULL) = (state IN ('claimed', 'unknown', 'running'))),
  CHECK ((state <> 'unknown') OR (last_unknown_at IS NOT NULL)),
  CHECK ((state <> 'running') OR (task_id IS NOT NULL)),
  -- Promise P2: after an unknown send only a look-up that finds nothing closes an attempt without a task.
  CHECK ((state NOT IN ('refused', 'unsent')) OR (last_unknown_at IS NULL))
);
-- Promise P2: never a new attempt while an old one may still bill.
CREATE UNIQUE INDEX attempt_one_open ON attempt (job_id) WHERE closed_at IS NULL AND NOT detached;
-- The update to running changes no indexed column: with room on the page it touches no index.
ALTER TABLE attempt SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE slot (
  pool_id     text NOT NULL,
  account_id  text NOT NULL,
  -- Model version and pack type: the unit in which Kling counts (reference, section 9).
  slot_class  text NOT NULL,
  max_slots   integer NOT NULL CHECK (max_slots >= 0),
  -- What Kling really grants, learnt from 1303.
  ceiling     integer NOT NULL CHECK (ceiling BETWEEN 0 AND max_slots),
  in_flight   integer NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
  changed_at  timestamptz NOT NULL,
  PRIMARY KEY (account_id, slot_class)
);
ALTER TABLE slot SET (fillfactor = 50);

-- The first answer to each Idempotency-Key.
CREATE TABLE idempotency_key (
  tenant_id   uuid NOT NULL,
  key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  job_id      uuid NOT NULL,
  body_sha256 bytea NOT NULL CHECK (length(body_sha256) = 32),
  answer      text NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);

GRANT SELECT, INSERT, UPDATE ON job, attempt, slot TO backlot_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO backlot_app;
