-- How long tasks take: what polling and estimates expect. A hint and no truth: losing the table costs a
-- few hundred tasks of learning.

-- What a job says of its render time beside its kind and model, so that nobody has to parse its input
-- for it. Jobs of before say nothing, and are judged by their model.
ALTER TABLE job
  ADD COLUMN mode    text     NOT NULL DEFAULT '' CHECK (length(mode) <= 100),
  ADD COLUMN seconds smallint NOT NULL DEFAULT 0 CHECK (seconds >= 0);

CREATE TABLE render_time (
  -- A profile (kind, model, mode, seconds), a model, or all models.
  level      text PRIMARY KEY CHECK (length(level) <= 200),
  -- How many tasks ended in each bucket of time, the older the less.
  weights    float8[] NOT NULL CHECK (cardinality(weights) = 192),
  changed_at timestamptz NOT NULL
);
CREATE INDEX render_time_changed ON render_time (changed_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON render_time TO backlot_app;
