-- Pairs for clients that speak the provider's own dialect and sign a token for each request. Whoever
-- checks a signature needs the key itself, so it is kept; sealed, under a key that is not in here.

CREATE TABLE access_key (
  id            text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9]{16,64}$'),
  tenant_id     uuid NOT NULL REFERENCES tenant,
  sealed_secret text NOT NULL CHECK (length(sealed_secret) <= 1000),
  scopes        text[] NOT NULL,
  created_at    timestamptz NOT NULL,
  revoked_at    timestamptz
);

GRANT SELECT, INSERT, UPDATE (revoked_at) ON access_key TO backlot_app;
