-- Every price book that was ever in force, for good: a job names the version it was accepted with,
-- and a version stands for one text.

CREATE TABLE price_book (
  version text PRIMARY KEY,
  content text NOT NULL,
  kept_at timestamptz NOT NULL
);

GRANT SELECT, INSERT ON price_book TO backlot_app;
