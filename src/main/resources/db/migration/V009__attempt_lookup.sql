-- How an unknown outcome is looked up belongs to the route that an attempt took, so it is kept with
-- the attempt: the route may have changed, or be gone, by the time somebody asks.

ALTER TABLE attempt ADD COLUMN lookup text NOT NULL DEFAULT 'path'
  CHECK (lookup IN ('path', 'tasks', 'list', 'none'));
-- What the dialect implied so far.
UPDATE attempt SET lookup = 'tasks' WHERE dialect = 'path-per-model';
ALTER TABLE attempt ALTER COLUMN lookup DROP DEFAULT;

-- abandoned: its outcome is unknown and cannot be looked up; its job has failed, and what the
-- provider bills for it is our loss. Other attempts with an unknown send close only as absent.
ALTER TABLE attempt DROP CONSTRAINT attempt_state_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_state_check
  CHECK (state IN ('claimed', 'unknown', 'running', 'succeeded', 'failed', 'refused', 'unsent',
                   'absent', 'abandoned'));
ALTER TABLE attempt ADD CHECK (state <> 'abandoned' OR lookup = 'none');
