-- When a queued job is looked at again after a pause. So far the pause overwrote start_at, which is what
-- its caller asked for and is shown to it. NULL: at its start_at.

ALTER TABLE job ADD COLUMN ripe_at timestamptz;

DROP INDEX job_not_due;
CREATE INDEX job_not_due ON job (coalesce(ripe_at, start_at)) WHERE state = 'queued' AND NOT due;
