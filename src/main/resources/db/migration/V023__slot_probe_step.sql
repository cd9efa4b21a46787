-- By how much the last probe has let a learnt ceiling grow; 0 after a refusal.
ALTER TABLE slot ADD COLUMN probe_step integer NOT NULL DEFAULT 0;
