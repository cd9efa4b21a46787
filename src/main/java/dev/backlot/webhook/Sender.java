package dev.backlot.webhook;

import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import java.util.Map;

/** Posts to a receiver. */
@FunctionalInterface
interface Sender {
  /**
   * @param tenant for whom
   * @param headers beside what every request has
   * @param body JSON text
   * @return what came of it; never fails, and is there within a time of the implementation's
   */
  Future<Outcome> send(TenantId tenant, String url, Map<String, String> headers, String body);
}
