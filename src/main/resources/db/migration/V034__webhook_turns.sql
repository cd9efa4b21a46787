-- Tenants take turns with what is due; and what waits at endpoints that were given up fails by and by.

CREATE INDEX webhook_endpoint_turn ON webhook_endpoint (tenant_id, due_at)
  WHERE due_at IS NOT NULL AND disabled_reason IS NULL AND deleted_at IS NULL;
CREATE INDEX webhook_endpoint_given_up ON webhook_endpoint (id)
  WHERE disabled_reason IN ('gone', 'failing') AND waiting > 0 AND deleted_at IS NULL;
