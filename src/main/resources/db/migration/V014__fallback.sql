-- Another model may take a job over when its own cannot do it.

-- As it was submitted; NULL as long as `model` is that one.
ALTER TABLE job ADD COLUMN requested_model text;
-- Which model an attempt was made with; NULL for attempts from before this column.
ALTER TABLE attempt ADD COLUMN model text;

-- What is held, by its reason: looked through when the configuration or the catalog has changed.
CREATE INDEX job_held ON job (held_reason, id) WHERE state = 'held';
