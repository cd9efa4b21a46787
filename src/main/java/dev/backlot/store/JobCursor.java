package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobId;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The opaque cursor of a list of jobs: the id of the last one that was shown. */
final class JobCursor {
  private static final int ID_BYTES = 16;

  /** Sorts after every UUIDv7. */
  private static final UUID BEFORE_THE_NEWEST = new UUID(-1, -1);

  private JobCursor() {}

  static String after(JobId last) {
    ByteBuffer bytes = ByteBuffer.allocate(ID_BYTES);
    bytes.putLong(last.value().getMostSignificantBits());
    bytes.putLong(last.value().getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * The id after which to go on.
   *
   * @throws BacklotException {@code INVALID_REQUEST} when the text is not a cursor of ours
   */
  static UUID parse(@Nullable String cursor) {
    if (cursor == null) {
      return BEFORE_THE_NEWEST;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      if (bytes.length == ID_BYTES) {
        ByteBuffer id = ByteBuffer.wrap(bytes);
        return new UUID(id.getLong(), id.getLong());
      }
    } catch (IllegalArgumentException notBase64) {
      // The same answer as for a wrong length.
    }
    throw new BacklotException(
        ErrorCode.INVALID_REQUEST, "The cursor must be the next_cursor of an earlier page");
  }
}
