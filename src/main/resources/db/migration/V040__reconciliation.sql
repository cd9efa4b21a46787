-- What the provider's billing export says, beside the books: rows as they are read, differences, days.

-- One account and one UTC day of deductions. Kept for ever.
CREATE TABLE reconciliation_day (
  account_id text NOT NULL,
  day        date NOT NULL,
  state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
  -- Counts the looks. Whoever is behind a newer one writes nothing any more.
  look       integer NOT NULL DEFAULT 0,
  -- Where the look under way has come: an export and the cursor in it, then the books. NULL: none is.
  phase      text CHECK (phase IN ('package', 'balance', 'books')),
  cursor     text,
  begun_at   timestamptz,
  -- An operator wants another look, whatever the state.
  asked_at   timestamptz,
  -- When the last complete look had begun.
  looked_at  timestamptz,
  closed_at  timestamptz,
  pending    integer NOT NULL DEFAULT 0,
  missing    integer NOT NULL DEFAULT 0,
  unreadable integer NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, day),
  CHECK ((phase IS NULL) OR (begun_at IS NOT NULL)),
  CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX reconciliation_day_day ON reconciliation_day (day, account_id);

-- What a day came to, by asset. Kept for ever: drift and loss are the evidence of the corrections.
CREATE TABLE reconciliation_sum (
  account_id text NOT NULL,
  day        date NOT NULL,
  asset      text NOT NULL CHECK (asset IN ('video_unit', 'image_unit', 'usd', 'cny')),
  billed     numeric(20,6) NOT NULL DEFAULT 0,
  rows       integer NOT NULL DEFAULT 0,
  foreign_rows integer NOT NULL DEFAULT 0,
  -- What the looks of this day have booked, signed; apart: all of it without the signs.
  drift      numeric(20,6) NOT NULL DEFAULT 0,
  loss       numeric(20,6) NOT NULL DEFAULT 0,
  apart      numeric(20,6) NOT NULL DEFAULT 0 CHECK (apart >= 0),
  -- Paid for, and not in the export.
  missing    numeric(20,6) NOT NULL DEFAULT 0 CHECK (missing >= 0),
  PRIMARY KEY (account_id, day, asset),
  FOREIGN KEY (account_id, day) REFERENCES reconciliation_day
);

-- The export as it was read. A row that is given again has the same key: reading twice adds nothing.
CREATE TABLE reconciliation_row (
  account_id text NOT NULL,
  task_id    text NOT NULL,
  key        text NOT NULL,
  day        date NOT NULL,
  at         timestamptz NOT NULL,
  asset      text NOT NULL CHECK (asset IN ('video_unit', 'image_unit', 'usd', 'cny')),
  amount     numeric(20,6) NOT NULL,
  -- Whether a look at the books has found who made the task.
  known      boolean NOT NULL DEFAULT false,
  PRIMARY KEY (account_id, task_id, key)
);
CREATE INDEX reconciliation_row_day ON reconciliation_row (day, account_id, task_id);
ALTER TABLE reconciliation_row SET (fillfactor = 90);

-- Differences.
CREATE TABLE reconciliation_item (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id text NOT NULL,
  day        date NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('different', 'other_asset', 'foreign', 'missing', 'pending',
               'unreadable')),
  -- Empty for a row that does not even name its task.
  task_id    text NOT NULL,
  -- Of a row that cannot be read, else empty.
  key        text NOT NULL DEFAULT '',
  asset      text,
  billed     numeric(20,6),
  booked     numeric(20,6),
  -- The n-th correction of this task and asset: what was booked to drift or loss, signed.
  number     integer,
  house      text CHECK (house IN ('drift', 'loss')),
  correction numeric(20,6) CHECK (correction <> 0),
  attempt_id uuid,
  job_id     uuid,
  at         timestamptz NOT NULL,
  CHECK ((correction IS NULL) = (number IS NULL)),
  CHECK ((correction IS NULL) = (house IS NULL))
);
CREATE UNIQUE INDEX reconciliation_item_correction
  ON reconciliation_item (account_id, task_id, asset, number) WHERE correction IS NOT NULL;
CREATE UNIQUE INDEX reconciliation_item_unreadable
  ON reconciliation_item (account_id, day, key) WHERE kind = 'unreadable';
CREATE INDEX reconciliation_item_day ON reconciliation_item (day, account_id);

-- A correction goes either way between what the provider bills and the house. Its reference names account,
-- task, asset and number; the next migration makes that unique.
ALTER TABLE transfer DROP CONSTRAINT transfer_kind_check;
ALTER TABLE transfer ADD CONSTRAINT transfer_kind_check
  CHECK (kind IN ('grant', 'reserve', 'settle', 'release', 'drift', 'loss', 'correction')) NOT VALID;
ALTER TABLE transfer DROP CONSTRAINT transfer_check1;
ALTER TABLE transfer ADD CONSTRAINT transfer_reference_check
  CHECK ((kind IN ('grant', 'correction')) = (reference IS NOT NULL)) NOT VALID;

GRANT SELECT, INSERT, UPDATE ON reconciliation_day, reconciliation_sum TO backlot_app;
GRANT SELECT, INSERT, UPDATE (known), DELETE ON reconciliation_row TO backlot_app;
GRANT SELECT, INSERT, DELETE ON reconciliation_item TO backlot_app;
