-- Incidents. At most one is open per rule and subject, on however many nodes.

CREATE TABLE alert (
  id          uuid PRIMARY KEY,
  rule        text NOT NULL,
  subject     text NOT NULL,
  state       text NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
  summary     text NOT NULL,
  since       timestamptz NOT NULL,
  fired_at    timestamptz,
  resolved_at timestamptz,
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE UNIQUE INDEX alert_open ON alert (rule, subject) WHERE state <> 'resolved';
CREATE INDEX alert_resolved ON alert (resolved_at) WHERE state = 'resolved';

GRANT SELECT, INSERT, UPDATE, DELETE ON alert TO backlot_app;
