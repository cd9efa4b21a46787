package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.http.LogCursor;
import java.util.OptionalLong;

/** A place in the log, as clients of the stream keep it: see {@link LogCursor}. */
final class Cursor {
  private Cursor() {}

  static String text(TenantId tenant, long position) {
    return LogCursor.text(tenant, position);
  }

  /** Empty when the text is no cursor of this tenant's. */
  static OptionalLong parse(TenantId tenant, String text) {
    return LogCursor.parse(tenant, text);
  }
}
