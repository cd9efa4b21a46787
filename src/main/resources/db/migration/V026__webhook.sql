-- Webhooks: endpoints of tenants, deliveries to them, and how far the log has become deliveries.

CREATE TABLE webhook_endpoint (
  id              uuid PRIMARY KEY,
  tenant_id       uuid NOT NULL REFERENCES tenant,
  url             text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  description     text CHECK (length(description) <= 200),
  events          text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 20),
  -- Sealed under a key that the database does not have; the public key is no secret.
  keys            text NOT NULL,
  public_key      text NOT NULL,
  previous_keys   text,
  previous_until  timestamptz,
  disabled_reason text CHECK (disabled_reason IN ('paused', 'gone', 'failing')),
  disabled_at     timestamptz,
  -- Sends without a success since, and when the first of them was.
  failures        integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  failing_since   timestamptz,
  -- Deliveries that are pending.
  waiting         integer NOT NULL DEFAULT 0 CHECK (waiting >= 0),
  -- When there is something to send, at the earliest; NULL when nothing waits.
  due_at          timestamptz,
  -- Whoever serves it now, and until when nobody else does.
  claim           uuid,
  claimed_until   timestamptz,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  -- Nobody sees it any more; retention removes it with its deliveries.
  deleted_at      timestamptz,
  CHECK ((disabled_reason IS NULL) = (disabled_at IS NULL)),
  CHECK ((previous_keys IS NULL) = (previous_until IS NULL)),
  CHECK ((failures = 0) = (failing_since IS NULL)),
  CHECK ((claim IS NULL) = (claimed_until IS NULL))
);
CREATE INDEX webhook_endpoint_tenant ON webhook_endpoint (tenant_id, id) WHERE deleted_at IS NULL;
CREATE INDEX webhook_endpoint_due ON webhook_endpoint (due_at)
  WHERE due_at IS NOT NULL AND disabled_reason IS NULL AND deleted_at IS NULL;
CREATE INDEX webhook_endpoint_claim ON webhook_endpoint (claim) WHERE claim IS NOT NULL;
CREATE INDEX webhook_endpoint_deleted ON webhook_endpoint (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX webhook_endpoint_disabled ON webhook_endpoint (disabled_at)
  WHERE disabled_reason IN ('gone', 'failing') AND deleted_at IS NULL;

-- One event for one endpoint: the key is what keeps an event from being planned twice. The event is
-- copied, so that what is still to be sent does not go with the log.
CREATE TABLE webhook_delivery (
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoint,
  position    bigint NOT NULL,
  tenant_id   uuid NOT NULL,
  job_id      uuid NOT NULL,
  job_version integer NOT NULL,
  type        text NOT NULL,
  at          timestamptz NOT NULL,
  data        jsonb NOT NULL,
  state       text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  -- Sends since it was planned or last replayed.
  tries       integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  next_at     timestamptz,
  created_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  -- The last sends: when, status, outcome, milliseconds. Nothing of an answer's body.
  log         jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (endpoint_id, position),
  CHECK ((state = 'pending') = (next_at IS NOT NULL)),
  CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX webhook_delivery_fresh ON webhook_delivery (endpoint_id, position)
  WHERE state = 'pending' AND tries = 0;
CREATE INDEX webhook_delivery_next ON webhook_delivery (endpoint_id, next_at)
  WHERE state = 'pending';
CREATE INDEX webhook_delivery_failed ON webhook_delivery (endpoint_id, position)
  WHERE state = 'failed';
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at) WHERE state <> 'pending';

-- The one row says up to which event of the log deliveries are planned. Whoever plans locks it.
CREATE TABLE webhook_position (
  id       smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  position bigint NOT NULL
);
INSERT INTO webhook_position (position) SELECT coalesce(max(position), 0) FROM event;

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoint TO backlot_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery TO backlot_app;
GRANT SELECT, UPDATE ON webhook_position TO backlot_app;
