package dev.backlot;

import dev.backlot.config.DevelopmentConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.EnumSet;

/** The tenant that a fresh clone can try things with; the development profile alone makes it. */
final class DemoTenant {
  private static final String GRANT = "demo";

  private DemoTenant() {}

  /** Makes the tenant, its key and its credit, each once however often it is started. */
  static Future<TenantId> install(Storage storage, DevelopmentConfig config, Instant now) {
    return storage
        .keys()
        .install(config.tenant(), config.presentedKey(), EnumSet.allOf(Scope.class), now)
        .compose(tenant -> grant(storage, config, tenant, now).map(done -> tenant));
  }

  private static Future<Boolean> grant(
      Storage storage, DevelopmentConfig config, TenantId tenant, Instant now) {
    return config.credits().isPositive()
        ? storage.ledger().grant(tenant, config.asset(), config.credits(), GRANT, now)
        : Future.succeededFuture(false);
  }
}
