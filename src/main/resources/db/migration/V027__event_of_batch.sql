-- Who follows a batch and comes back reads that batch's events from its cursor on. Most events belong
-- to no batch, and cost nothing here.

CREATE INDEX event_batch ON event (batch_id, position) WHERE batch_id IS NOT NULL;
