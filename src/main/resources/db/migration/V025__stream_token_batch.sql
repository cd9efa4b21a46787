-- A token for a batch, and the list of a tenant's tokens. A version that does not know the column
-- takes a token without jobs for one that covers the whole tenant: so a token for a batch names one
-- job that there never is, and opens nothing there.
ALTER TABLE stream_token
  ADD COLUMN batch_id uuid,
  ADD CONSTRAINT stream_token_batch CHECK (
    batch_id IS NULL
    OR job_ids IS NOT DISTINCT FROM ARRAY['00000000-0000-0000-0000-000000000000'::uuid])
    NOT VALID;

-- Newest first; also counts them, for the bound of live ones.
CREATE INDEX stream_token_tenant ON stream_token (tenant_id, created_at DESC, id DESC)
  INCLUDE (expires_at, revoked_at);
