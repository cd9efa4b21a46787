-- Tenants and what lets them in. Secrets are kept as SHA-256 only: they are 256 random bits, so a
-- slow password hash would add cost and no safety.

CREATE TABLE tenant (
  id         uuid PRIMARY KEY,
  name       text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  weight     integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 1000),
  created_at timestamptz NOT NULL
);

CREATE TABLE api_key (
  id            text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{12}$'),
  tenant_id     uuid NOT NULL REFERENCES tenant,
  secret_sha256 bytea NOT NULL CHECK (length(secret_sha256) = 32),
  scopes        text[] NOT NULL,
  created_at    timestamptz NOT NULL,
  revoked_at    timestamptz,
  UNIQUE (tenant_id, id)
);

CREATE TABLE stream_token (
  id            text PRIMARY KEY CHECK (id ~ '^[a-z0-9]{12}$'),
  tenant_id     uuid NOT NULL,
  -- The key that made it, and with which it dies.
  key_id        text NOT NULL,
  secret_sha256 bytea NOT NULL CHECK (length(secret_sha256) = 32),
  -- NULL means all jobs of the tenant.
  job_ids       uuid[] CHECK (cardinality(job_ids) BETWEEN 1 AND 100),
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL CHECK (expires_at > created_at),
  revoked_at    timestamptz,
  FOREIGN KEY (tenant_id, key_id) REFERENCES api_key (tenant_id, id)
);
CREATE INDEX stream_token_expiry ON stream_token (expires_at);

GRANT SELECT, INSERT ON tenant TO backlot_app;
GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_key TO backlot_app;
GRANT SELECT, INSERT, DELETE, UPDATE (revoked_at) ON stream_token TO backlot_app;
