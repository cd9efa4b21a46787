-- Addresses that are told tasks in the provider's own words, by jobs that came in them: each has an
-- origin, the scheme and host by which such a client has reached us. Its files are fetched from there.

ALTER TABLE webhook_endpoint ADD COLUMN origin text;
ALTER TABLE webhook_endpoint
  ADD CHECK (origin IS NULL OR (url_digest IS NOT NULL AND length(origin) BETWEEN 1 AND 512))
  NOT VALID;

-- A task's status has no number: one that could not be told is not told behind a newer one.
ALTER TABLE webhook_delivery DROP CONSTRAINT webhook_delivery_state_check;
ALTER TABLE webhook_delivery
  ADD CONSTRAINT webhook_delivery_state_check
  CHECK (state IN ('pending', 'delivered', 'failed', 'outdated')) NOT VALID;
