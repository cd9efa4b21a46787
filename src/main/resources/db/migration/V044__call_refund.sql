-- Which rows of the export are of calls that are answered at once, and which call each was found to be.

ALTER TABLE reconciliation_row ADD COLUMN call text;
ALTER TABLE reconciliation_row ADD COLUMN call_id uuid;
-- A row pays for one call, and a call has one row.
CREATE UNIQUE INDEX reconciliation_row_call ON reconciliation_row (call_id) WHERE call_id IS NOT NULL;
GRANT UPDATE (call_id) ON reconciliation_row TO backlot_app;

-- What a tenant gets back for a call that the export does not have: from spent to available, once for a
-- call, as the index of calls has it.
ALTER TABLE transfer DROP CONSTRAINT transfer_kind_check;
ALTER TABLE transfer ADD CONSTRAINT transfer_kind_check
  CHECK (kind IN ('grant', 'reserve', 'settle', 'release', 'drift', 'loss', 'correction', 'refund'))
  NOT VALID;
ALTER TABLE transfer ADD CONSTRAINT transfer_refund_check
  CHECK (kind <> 'refund' OR call_id IS NOT NULL) NOT VALID;
