-- Creates in the provider's own words whose answer has not been delivered yet. Written with their job,
-- removed when the answer is out; what stays is the work of a client that is gone or a node that died.
CREATE TABLE client_reply (
  job_id    uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  -- Of whoever asked, where and for what: a repeat has the same.
  digest    bytea NOT NULL CHECK (length(digest) = 32),
  made_at   timestamptz NOT NULL,
  -- When the answer was found to be undeliverable.
  lost_at   timestamptz
);
CREATE INDEX client_reply_digest ON client_reply (tenant_id, digest);
CREATE INDEX client_reply_age ON client_reply (made_at);

GRANT SELECT, INSERT, DELETE, UPDATE (made_at, lost_at) ON client_reply TO backlot_app;
