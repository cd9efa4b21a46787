-- What a next version might add: columns, one of them required, with rules and indexes; a table.
ALTER TABLE job ADD COLUMN region text NOT NULL DEFAULT 'any' CHECK (region <> '');
ALTER TABLE attempt ADD COLUMN region text;
ALTER TABLE event ADD COLUMN source text;
CREATE INDEX job_region ON job (region, id) WHERE ended_at IS NULL;
CREATE TABLE region (name text PRIMARY KEY, tenant_id uuid REFERENCES tenant);
GRANT SELECT, INSERT, UPDATE ON region TO backlot_app;
