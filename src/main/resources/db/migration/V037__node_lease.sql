-- How long a heartbeat of this node counts: it acts for so long after one, so nobody may take its work
-- earlier. NULL: a node of a version before wrote the row, and the settings of whoever looks decide.
ALTER TABLE node ADD COLUMN lease_millis bigint;
