-- What a job held slots of before another model took it over: who repeats it, asks for that model again.

-- NULL as long as `slot_class` and `slots` are those of the model that it was submitted with.
ALTER TABLE job ADD COLUMN requested_slot_class text;
ALTER TABLE job ADD COLUMN requested_slots smallint CHECK (requested_slots > 0);
ALTER TABLE job ADD CHECK ((requested_slot_class IS NULL) = (requested_slots IS NULL));
ALTER TABLE job ADD CHECK (requested_slot_class IS NULL OR requested_model IS NOT NULL);

-- Who took over before this migration: its first attempt says it.
UPDATE job
   SET requested_slot_class = attempt.slot_class, requested_slots = attempt.slots
  FROM attempt
 WHERE attempt.job_id = job.id AND attempt.number = 1 AND attempt.model = job.requested_model;
