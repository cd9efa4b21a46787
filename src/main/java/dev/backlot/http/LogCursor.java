package dev.backlot.http;

import dev.backlot.domain.access.TenantId;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A place in the log, as a client keeps it: opaque, the same on every node, and bound to its tenant
 * so that one that was mixed up is refused instead of skipping events.
 */
public final class LogCursor {
  private static final byte VERSION = 1;
  private static final int BYTES = 1 + Integer.BYTES + Long.BYTES;
  private static final int TEXT_LENGTH = 18;

  private LogCursor() {}

  public static String text(TenantId tenant, long position) {
    byte[] bytes =
        ByteBuffer.allocate(BYTES).put(VERSION).putInt(mark(tenant)).putLong(position).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Empty when the text is no cursor of this tenant's. */
  public static OptionalLong parse(TenantId tenant, String text) {
    return decode(text)
        .filter(bytes -> bytes.get() == VERSION && bytes.getInt() == mark(tenant))
        .map(bytes -> bytes.getLong(BYTES - Long.BYTES))
        .filter(position -> position >= 0)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  private static Optional<ByteBuffer> decode(String text) {
    if (text.length() != TEXT_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return bytes.length == BYTES ? Optional.of(ByteBuffer.wrap(bytes)) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static int mark(TenantId tenant) {
    return Long.hashCode(
        tenant.value().getMostSignificantBits() * 31 + tenant.value().getLeastSignificantBits());
  }
}
