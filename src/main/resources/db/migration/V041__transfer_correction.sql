-- The n-th correction of a task and asset is booked once, whoever looks and however often. One that an
-- interrupted build has left behind is of no use.
DROP INDEX CONCURRENTLY IF EXISTS transfer_correction;
CREATE UNIQUE INDEX CONCURRENTLY transfer_correction ON transfer (reference)
  WHERE kind = 'correction';
