package dev.backlot;

import dev.backlot.config.DevelopmentConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import io.vertx.core.Future;
import java.time.Instant;

/** The tenant that a fresh clone can try things with; the development profile alone makes it. */
final class DemoTenant {
  private static final String GRANT = "demo";

  private DemoTenant() {}

  /** Makes the tenant, its key and its credit, each once however often it is started. */
  static Future<TenantId> install(Storage storage, DevelopmentConfig config, Instant now) {
    return storage
        .keys()
        .install(config.tenant(), config.presentedKey(), Scope.ofTenants(), now)
        .compose(tenant -> grant(storage, config, tenant, now).map(done -> tenant));
  }

  private static Future<Void> grant(
      Storage storage, DevelopmentConfig config, TenantId tenant, Instant now) {
    return config.credits().isPositive()
        ? grant(storage, config, tenant, Asset.VIDEO_UNIT, now)
            .compose(video -> grant(storage, config, tenant, Asset.IMAGE_UNIT, now))
            .mapEmpty()
        : Future.succeededFuture();
  }

  private static Future<Boolean> grant(
      Storage storage, DevelopmentConfig config, TenantId tenant, Asset asset, Instant now) {
    return storage.ledger().grant(tenant, asset, config.credits(), GRANT, now);
  }
}
