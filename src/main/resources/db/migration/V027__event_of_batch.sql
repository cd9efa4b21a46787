-- Who follows a batch and comes back reads that batch's events from its cursor on. Most events belong
-- to no batch, and cost nothing here. The parts are built by the next two migrations, each without
-- holding up those who append; the last one puts them in their place.

CREATE INDEX event_batch ON ONLY event (batch_id, position) WHERE batch_id IS NOT NULL;
