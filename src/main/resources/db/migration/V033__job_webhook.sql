-- Addresses that jobs name for their own events. Each is an endpoint, without keys of its own.

ALTER TABLE webhook_endpoint
  ALTER COLUMN keys DROP NOT NULL,
  ALTER COLUMN public_key DROP NOT NULL,
  -- SHA-256 of the address; there on endpoints for jobs only.
  ADD COLUMN url_digest text,
  -- When a job has named it last, to half a day; and since when it is not in use.
  ADD COLUMN used_at timestamptz,
  ADD COLUMN retired_at timestamptz;
ALTER TABLE webhook_endpoint
  ADD CHECK ((url_digest IS NULL) = (keys IS NOT NULL)) NOT VALID,
  ADD CHECK ((url_digest IS NULL) = (used_at IS NULL)) NOT VALID;
CREATE UNIQUE INDEX webhook_endpoint_address ON webhook_endpoint (tenant_id, url_digest)
  WHERE url_digest IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX webhook_endpoint_in_use ON webhook_endpoint (tenant_id)
  WHERE url_digest IS NOT NULL AND deleted_at IS NULL AND retired_at IS NULL;
CREATE INDEX webhook_endpoint_used ON webhook_endpoint (used_at)
  WHERE url_digest IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX webhook_endpoint_standing ON webhook_endpoint (tenant_id, id)
  WHERE url_digest IS NULL AND deleted_at IS NULL;

-- What signs for the jobs of a tenant, sealed like the keys of an endpoint.
CREATE TABLE webhook_signing (
  tenant_id      uuid PRIMARY KEY REFERENCES tenant,
  keys           text NOT NULL,
  public_key     text NOT NULL,
  previous_keys  text,
  previous_until timestamptz,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  CHECK ((previous_keys IS NULL) = (previous_until IS NULL))
);

-- Which of a job's events are told where. Goes with the endpoint, and some time after the job's end.
CREATE TABLE job_webhook (
  job_id      uuid PRIMARY KEY,
  tenant_id   uuid NOT NULL,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  events      text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 20),
  -- When the end of the job was planned.
  ended_at    timestamptz
);
CREATE INDEX job_webhook_endpoint ON job_webhook (endpoint_id);
CREATE INDEX job_webhook_open ON job_webhook (endpoint_id) WHERE ended_at IS NULL;
CREATE INDEX job_webhook_ended ON job_webhook (ended_at) WHERE ended_at IS NOT NULL;

-- Apart from webhook_position: a version that does not know jobs' own addresses moves only that one.
CREATE TABLE webhook_job_position (
  id       smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  position bigint NOT NULL
);
INSERT INTO webhook_job_position (position) SELECT coalesce(max(position), 0) FROM event;

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_signing, job_webhook TO backlot_app;
GRANT SELECT, UPDATE ON webhook_job_position TO backlot_app;
