-- The long values of inputs, mostly images in base64: one row for each job that has any. In job.input
-- and attempt.body an object {"$part":offset,"length":n} stands in the place of each. Only a send reads
-- them; claims, lists, events and polls never do.

CREATE TABLE job_input (
  tenant_id uuid NOT NULL,
  -- Written before its job, so that nothing is locked while megabytes arrive; checked at the commit.
  job_id    uuid NOT NULL REFERENCES job DEFERRABLE INITIALLY DEFERRED,
  -- One behind the other.
  parts     bytea NOT NULL CHECK (length(parts) > 0),
  PRIMARY KEY (tenant_id, job_id)
);
-- Base64 does not get smaller, and what is not compressed can be read slice by slice.
ALTER TABLE job_input ALTER COLUMN parts SET STORAGE EXTERNAL;

-- A job that may still be sent has its input: whoever tries to delete it early is refused.
CREATE FUNCTION job_input_is_kept() RETURNS trigger
  LANGUAGE plpgsql
  AS $$
  BEGIN
    IF EXISTS (SELECT 1 FROM job WHERE id = OLD.job_id AND ended_at IS NULL) THEN
      RAISE EXCEPTION 'job % may still need its input', OLD.job_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END $$;
CREATE TRIGGER job_input_kept BEFORE DELETE ON job_input
  FOR EACH ROW EXECUTE FUNCTION job_input_is_kept();
ALTER TABLE job_input ENABLE ALWAYS TRIGGER job_input_kept;

GRANT SELECT, INSERT, DELETE ON job_input TO backlot_app;
