-- What is true of the installation as a whole.
--
-- Two roles exist before the first migration (the embedded server makes them; for your own server see
-- the operations page): backlot_owner, who runs these migrations and owns everything, and
-- backlot_app, who serves, owns nothing and gets exactly the rights granted below.

CREATE TABLE installation (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- First part of every id under which Kling knows our tasks: two installations that share a Kling
  -- account never take each other's tasks for their own.
  id         text NOT NULL CHECK (id ~ '^[a-z0-9]{8}$'),
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation (id) VALUES (substr(replace(gen_random_uuid()::text, '-', ''), 1, 8));

-- The clock of leases and heartbeats. Everything else gets its time as a parameter; these compare
-- times written by different machines, so all of them use the database's clock. Tests move it for
-- one session or one database by setting backlot.clock_offset to an interval.
CREATE FUNCTION backlot_now() RETURNS timestamptz
  LANGUAGE sql STABLE
  AS $$ SELECT clock_timestamp() + coalesce(nullif(current_setting('backlot.clock_offset', true), ''), '0')::interval $$;

GRANT SELECT ON installation TO backlot_app;
