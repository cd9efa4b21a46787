-- Credits: an append-only ledger of transfers, and one materialised balance per tenant and asset.
--
-- Each transfer moves an amount from one account to another, so the books balance by construction.
-- Composite foreign keys make both ends of a transfer the same asset.

CREATE TABLE ledger_account (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid REFERENCES tenant,
  -- Of a tenant: available, reserved, spent.  Of the house: granted (where credit comes from),
  -- provider_bill (what Kling takes beyond what tenants paid), provider_drift and provider_loss.
  role      text NOT NULL CHECK (role IN ('available', 'reserved', 'spent',
              'granted', 'provider_bill', 'provider_drift', 'provider_loss')),
  asset     text NOT NULL CHECK (asset IN ('video_unit', 'image_unit', 'usd', 'cny')),
  UNIQUE (id, asset),
  UNIQUE NULLS NOT DISTINCT (tenant_id, role, asset),
  CHECK ((tenant_id IS NOT NULL) = (role IN ('available', 'reserved', 'spent')))
);
INSERT INTO ledger_account (role, asset)
  SELECT role, asset
    FROM unnest(ARRAY['granted', 'provider_bill', 'provider_drift', 'provider_loss']) AS role,
         unnest(ARRAY['video_unit', 'image_unit', 'usd', 'cny']) AS asset;

CREATE TABLE transfer (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind           text NOT NULL CHECK (kind IN ('grant', 'reserve', 'settle', 'release', 'drift', 'loss')),
  debit_account  bigint NOT NULL,
  credit_account bigint NOT NULL,
  asset          text NOT NULL,
  amount         numeric(20,6) NOT NULL CHECK (amount > 0),
  job_id         uuid,
  attempt_id     uuid,
  reference      text,
  at             timestamptz NOT NULL,
  CHECK (debit_account <> credit_account),
  CHECK ((kind = 'grant') = (reference IS NOT NULL)),
  -- A bill may belong to a task that no job of ours knows; the tenant's own moves never do.
  CHECK (kind NOT IN ('reserve', 'settle', 'release') OR job_id IS NOT NULL),
  FOREIGN KEY (debit_account, asset) REFERENCES ledger_account (id, asset),
  FOREIGN KEY (credit_account, asset) REFERENCES ledger_account (id, asset)
);
-- A grant is made once per reference; a bill of an attempt is booked once.
CREATE UNIQUE INDEX transfer_grant ON transfer (credit_account, reference) WHERE kind = 'grant';
CREATE UNIQUE INDEX transfer_bill ON transfer (attempt_id, kind) WHERE kind IN ('drift', 'loss');
CREATE INDEX transfer_job ON transfer (job_id) WHERE job_id IS NOT NULL;

CREATE FUNCTION transfer_is_append_only() RETURNS trigger
  LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer
  FOR EACH STATEMENT EXECUTE FUNCTION transfer_is_append_only();
ALTER TABLE transfer ENABLE ALWAYS TRIGGER transfer_append_only;

CREATE TABLE balance (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id         uuid NOT NULL REFERENCES tenant,
  asset             text NOT NULL,
  available_account bigint NOT NULL,
  reserved_account  bigint NOT NULL,
  spent_account     bigint NOT NULL,
  available         numeric(20,6) NOT NULL DEFAULT 0 CHECK (available >= 0),
  reserved          numeric(20,6) NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  spent             numeric(20,6) NOT NULL DEFAULT 0 CHECK (spent >= 0),
  UNIQUE (tenant_id, asset),
  FOREIGN KEY (available_account, asset) REFERENCES ledger_account (id, asset),
  FOREIGN KEY (reserved_account, asset) REFERENCES ledger_account (id, asset),
  FOREIGN KEY (spent_account, asset) REFERENCES ledger_account (id, asset)
);
-- Updated by every group of requests: keep the updates on their page.
ALTER TABLE balance SET (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE reservation (
  job_id    uuid PRIMARY KEY REFERENCES job,
  tenant_id uuid NOT NULL,
  asset     text NOT NULL,
  amount    numeric(20,6) NOT NULL CHECK (amount > 0),
  settled   numeric(20,6) CHECK (settled BETWEEN 0 AND amount),
  outcome   text NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'settled', 'released')),
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  CHECK ((outcome = 'open') = (closed_at IS NULL)),
  CHECK ((outcome = 'settled') = (settled IS NOT NULL))
);
CREATE INDEX reservation_open ON reservation (tenant_id) WHERE outcome = 'open';
ALTER TABLE reservation SET (fillfactor = 80);

-- Which whole prefix of a queue can be paid is not the question: a request that cannot be paid must
-- not hide the smaller one behind it. So the running sum leaves out what does not fit.
CREATE FUNCTION affordable_step(spent numeric, amount numeric, available numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE
  AS $$ SELECT CASE WHEN spent + amount <= available THEN spent + amount ELSE spent END $$;
CREATE AGGREGATE affordable_sum(amount numeric, available numeric) (
  SFUNC = affordable_step, STYPE = numeric, INITCOND = '0');

GRANT SELECT, INSERT ON ledger_account, transfer TO backlot_app;
GRANT SELECT, INSERT, UPDATE (available, reserved, spent) ON balance TO backlot_app;
GRANT SELECT, INSERT, UPDATE (settled, outcome, closed_at, amount, opened_at) ON reservation TO backlot_app;
