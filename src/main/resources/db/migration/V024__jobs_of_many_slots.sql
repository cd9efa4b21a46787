-- Finds queued jobs that need more slots than any account has. Only jobs of several slots are in it,
-- which are few.
CREATE INDEX job_many_slots ON job (pool_id, slot_class, slots)
  WHERE state = 'queued' AND slots > 1;
