package dev.backlot.batch;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The opaque cursor of a list of items: the last one that was shown. */
final class ItemCursor {
  private static final int FIRST = -1;

  private ItemCursor() {}

  static String after(int item) {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(item).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The item after which to go on; null when the text is no cursor of ours. */
  static @Nullable Integer parse(@Nullable String cursor) {
    if (cursor == null) {
      return FIRST;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      return bytes.length == Integer.BYTES
          ? Integer.valueOf(ByteBuffer.wrap(bytes).getInt())
          : null;
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }
}
