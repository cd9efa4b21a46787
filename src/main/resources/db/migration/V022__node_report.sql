-- What a node sees of the provider, for the alert rules, which one node judges for all. NULL: it has not
-- said anything under its present epoch.
ALTER TABLE node ADD COLUMN report jsonb;
