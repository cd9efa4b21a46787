package dev.backlot.webhook;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Delivery;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Tells tasks in the provider's own words. */
@FunctionalInterface
public interface TaskBodies {
  /**
   * @param origin scheme and host from which files of the tasks are fetched
   * @param deliveries of jobs of the tenant
   * @return JSON text for each, by its position: the task as it was with that event; fails when the
   *     store does
   */
  Future<Map<Long, String>> of(TenantId tenant, String origin, List<Delivery> deliveries);
}
