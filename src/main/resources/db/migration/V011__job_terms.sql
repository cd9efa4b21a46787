-- What a caller may say of a job beside its input: until when it may start, whether another model may
-- stand in, what happens when its task takes too long, and which item of a batch it is.

ALTER TABLE job
  -- NULL: the installation's own policy.
  ADD COLUMN on_timeout text CHECK (on_timeout IN ('wait', 'give-up')),
  ADD COLUMN fallback   boolean NOT NULL DEFAULT true,
  ADD COLUMN batch_item integer CHECK (batch_item >= 0),
  ADD CHECK ((batch_item IS NULL) = (batch_id IS NULL)),
  ADD CHECK (held_reason IS NULL OR state = 'held');

-- The jobs of a batch, for its counts and its manifest.
CREATE INDEX job_batch ON job (batch_id, batch_item, state) WHERE batch_id IS NOT NULL;
-- What nobody has started in time; holds waiting jobs only.
CREATE INDEX job_expiry ON job (expires_at)
  WHERE state IN ('queued', 'held') AND expires_at IS NOT NULL;
