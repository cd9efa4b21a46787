-- Calls of the provider that are answered at once: no job, no slot, no id of ours at the provider. One
-- whose answer is lost cannot be looked up, so it is never sent again: it counts as spent, and only the
-- provider's own billing export may give the money back.

CREATE TABLE provider_call (
  id               uuid PRIMARY KEY,
  tenant_id        uuid NOT NULL REFERENCES tenant,
  -- As a job has one, for facades and for the ids of what it makes. Behind all numbers of jobs.
  public_number    bigint GENERATED ALWAYS AS IDENTITY (START WITH 900500000000000001) UNIQUE,
  key_id           text NOT NULL,
  call             text NOT NULL,
  account_id       text NOT NULL,
  -- Who sends it, under which lease. When that has ended, nobody else sends it.
  node             uuid NOT NULL,
  epoch            bigint NOT NULL,

  -- open: it may be on its way;  failed: surely nothing was done, and nothing is charged;
  -- unknown: it may have been done.
  state            text NOT NULL DEFAULT 'open'
                     CHECK (state IN ('open', 'succeeded', 'failed', 'unknown')),
  -- What is reserved; 0 for what is free, which has no asset.
  asset            text CHECK (asset IN ('video_unit', 'image_unit', 'usd', 'cny')),
  amount           numeric(20,6) NOT NULL CHECK (amount >= 0),
  -- What the tenant pays in the end.
  settled          numeric(20,6) CHECK (settled BETWEEN 0 AND amount),
  -- What the provider says that it took; NULL when it said nothing.
  billed           numeric(20,6) CHECK (billed >= 0),
  price_version    text NOT NULL,

  provider_code    integer,
  http_status      integer,
  provider_task_id text,
  error_number     integer,
  error_detail     text,
  -- What it made that later jobs and calls name, as in job.outputs.
  outputs          jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(outputs) = 'array'),
  -- The provider's answer, for our own eyes; NULL when it is too long to be kept.
  answer           text,
  -- What of the tenant's it was about, by the tenant's own id: what was deleted, above all.
  target           text,

  idempotency_key  text CHECK (length(idempotency_key) BETWEEN 1 AND 255),
  body_sha256      bytea CHECK (length(body_sha256) = 32),

  opened_at        timestamptz NOT NULL,
  -- When its first byte left, or may have left; NULL when none did.
  sent_at          timestamptz,
  closed_at        timestamptz,
  -- What the billing export made of an unknown outcome: nothing yet, it was done, it was not.
  reconcile_mark   text CHECK (reconcile_mark IN ('open', 'kept', 'refunded')),

  CHECK ((closed_at IS NULL) = (state = 'open')),
  CHECK ((asset IS NULL) = (amount = 0)),
  CHECK ((settled IS NOT NULL) = (state IN ('succeeded', 'unknown'))),
  CHECK (billed IS NULL OR state = 'succeeded'),
  CHECK (sent_at IS NOT NULL OR state IN ('open', 'failed')),
  CHECK ((error_number IS NOT NULL) = (state IN ('failed', 'unknown'))),
  CHECK ((reconcile_mark IS NOT NULL) = (state = 'unknown' AND amount > 0)),
  CHECK ((idempotency_key IS NULL) = (body_sha256 IS NULL))
);
-- UUIDv7 sorts by time: this is the tenant's list, newest first.
CREATE INDEX provider_call_tenant ON provider_call (tenant_id, id DESC);
CREATE UNIQUE INDEX provider_call_key ON provider_call (tenant_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
-- What a node that died has left behind.
CREATE INDEX provider_call_open ON provider_call (node, epoch, id) WHERE state = 'open';
-- What the billing export is looked through for.
CREATE INDEX provider_call_marked ON provider_call (account_id, sent_at)
  WHERE reconcile_mark = 'open';
CREATE INDEX provider_call_task ON provider_call (account_id, provider_task_id)
  WHERE provider_task_id IS NOT NULL;
-- What a tenant was charged, newest first.
CREATE INDEX provider_call_settled ON provider_call (tenant_id, closed_at, id) WHERE settled > 0;

GRANT SELECT, INSERT,
      UPDATE (state, settled, billed, provider_code, http_status, provider_task_id, error_number,
              error_detail, outputs, answer, sent_at, closed_at, reconcile_mark)
   ON provider_call TO backlot_app;

-- Those that were there before keep to the narrower rule that they were checked by.
ALTER TABLE transfer ADD COLUMN call_id uuid;
ALTER TABLE transfer DROP CONSTRAINT transfer_check2;
ALTER TABLE transfer ADD CONSTRAINT transfer_belongs
  CHECK (kind NOT IN ('reserve', 'settle', 'release') OR job_id IS NOT NULL OR call_id IS NOT NULL)
  NOT VALID;
