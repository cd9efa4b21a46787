-- Who is alive, and who does the duties of which there is one.

CREATE TABLE node (
  id           uuid PRIMARY KEY,
  -- Raised when a node comes back after its lease ran out: what it owned under the old one is lost.
  epoch        bigint NOT NULL,
  name         text NOT NULL,
  started_at   timestamptz NOT NULL,
  heartbeat_at timestamptz NOT NULL
);

CREATE TABLE duty (
  name       text PRIMARY KEY,
  owner      uuid NOT NULL,
  epoch      bigint NOT NULL,
  expires_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON node, duty TO backlot_app;
