-- The index of the whole is good from here on.
ALTER INDEX event_batch ATTACH PARTITION event_p0_batch;
ALTER INDEX event_batch ATTACH PARTITION event_default_batch;
