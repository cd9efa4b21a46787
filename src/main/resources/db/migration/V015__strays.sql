-- Tasks at the provider that no job waits for any more: attempts that were given up (detached), and
-- orphans, which no open attempt owns. Their bills are the house's loss.

CREATE INDEX attempt_detached ON attempt (id) WHERE closed_at IS NULL AND detached;

CREATE TABLE orphan (
  id          uuid PRIMARY KEY,
  account_id  text NOT NULL,
  task_id     text NOT NULL,
  external_id text NOT NULL,
  dialect     text NOT NULL CHECK (dialect IN ('legacy', 'path-per-model')),
  path        text NOT NULL,
  -- The attempt that made it, closed before it turned up. NULL when there is none, as after a
  -- restore of an older backup.
  attempt_id  uuid REFERENCES attempt,
  job_id      uuid,
  -- Known from the job at once, else from the outputs at the end.
  asset       text,
  -- What its job was to cost: its bill when the provider names none.
  estimate    numeric(20,6),
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'succeeded', 'failed', 'forgotten')),
  billed      numeric(20,6) CHECK (billed >= 0),
  found_at    timestamptz NOT NULL,
  closed_at   timestamptz,
  -- However often and on however many nodes it is found: one row, closed once, booked as it closes.
  UNIQUE (account_id, task_id),
  CHECK ((closed_at IS NULL) = (state = 'open')),
  CHECK (billed IS NULL OR asset IS NOT NULL)
);
CREATE INDEX orphan_open ON orphan (id) WHERE closed_at IS NULL;
CREATE INDEX orphan_found ON orphan (found_at);

-- Up to when the lists of an account were read to their end: a look begins some time before it.
CREATE TABLE sweep (
  account_id text NOT NULL,
  -- The product path of a legacy list, or /tasks.
  list       text NOT NULL,
  swept_to   timestamptz NOT NULL,
  PRIMARY KEY (account_id, list)
);

GRANT SELECT, INSERT, UPDATE (state, asset, billed, closed_at) ON orphan TO backlot_app;
GRANT SELECT, INSERT, UPDATE (swept_to) ON sweep TO backlot_app;
