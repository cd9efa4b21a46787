package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.schedule.Share;
import io.vertx.core.Future;

/** What tenants get beside others. */
public interface Shares {
  Future<Share> of(TenantId tenant);

  /** In force from the next claim on. What is in flight above a new limit goes on to its end. */
  Future<Void> change(TenantId tenant, Share share);
}
