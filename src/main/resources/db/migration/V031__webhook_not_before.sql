-- Until when an endpoint is left alone, because it has asked for that or has failed for long. A version
-- that does not know the column sends sooner, as it did before.
ALTER TABLE webhook_endpoint ADD COLUMN not_before timestamptz;
