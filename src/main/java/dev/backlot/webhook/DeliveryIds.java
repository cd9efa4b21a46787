package dev.backlot.webhook;

import dev.backlot.domain.access.TenantId;
import dev.backlot.http.LogCursor;
import java.util.OptionalLong;

/**
 * The id of a delivery, which is that of its event: the same for each try, each replay and each
 * endpoint, so that a receiver can tell what it has had. Sent as {@code webhook-id}.
 */
final class DeliveryIds {
  private static final String PREFIX = "evt_";

  private DeliveryIds() {}

  static String text(TenantId tenant, long position) {
    return PREFIX + LogCursor.text(tenant, position);
  }

  /** Empty when the text is no id of this tenant's. */
  static OptionalLong parse(TenantId tenant, String text) {
    return text.startsWith(PREFIX)
        ? LogCursor.parse(tenant, text.substring(PREFIX.length()))
        : OptionalLong.empty();
  }
}
