-- Alerts that a sink outside is still to be told of: when to try next, and how often it was tried.
-- Set by the statement that fires or resolves an alert, so that it outlives the node that has done so.
ALTER TABLE alert ADD COLUMN tell_at timestamptz;
ALTER TABLE alert ADD COLUMN tells integer NOT NULL DEFAULT 0;
CREATE INDEX alert_untold ON alert (tell_at) WHERE tell_at IS NOT NULL;
