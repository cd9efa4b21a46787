-- Many jobs that were accepted as one. What has become of a batch is counted from its jobs; this row
-- says what its tenant wants, and until when somebody has to look after it.

CREATE TABLE batch (
  id            uuid PRIMARY KEY,
  tenant_id     uuid NOT NULL REFERENCES tenant,
  api_key_id    text NOT NULL,
  name          text CHECK (length(name) BETWEEN 1 AND 200),
  state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paused', 'canceled')),
  weight        integer NOT NULL CHECK (weight BETWEEN 1 AND 1000),
  max_in_flight integer CHECK (max_in_flight >= 1),
  -- Amounts by asset, as decimal text; kept by whoever queues a job, under the lock of this row.
  spend_cap     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(spend_cap) = 'object'),
  items         integer NOT NULL CHECK (items BETWEEN 1 AND 10000),
  -- The items of which no job was made, and why.
  refused       jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(refused) = 'array'),
  refused_items integer NOT NULL DEFAULT 0 CHECK (refused_items BETWEEN 0 AND items),
  -- When its jobs must be looked at; NULL while each of them is where it belongs.
  due_at        timestamptz,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);
-- UUIDv7 sorts by time: this is the tenant's list, newest first.
CREATE INDEX batch_tenant ON batch (tenant_id, id DESC);
CREATE INDEX batch_due ON batch (due_at) WHERE due_at IS NOT NULL;

-- The failed job of the same item that this one repeats. Each is repeated once: a repeat that fails
-- is repeated in its turn.
ALTER TABLE job ADD COLUMN retry_of uuid;
CREATE UNIQUE INDEX job_retry ON job (retry_of) WHERE retry_of IS NOT NULL;
-- Live jobs only, so it stays small whatever the table's age.
CREATE INDEX job_batch_live ON job (batch_id, state, batch_item)
  WHERE batch_id IS NOT NULL AND ended_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON batch TO backlot_app;
