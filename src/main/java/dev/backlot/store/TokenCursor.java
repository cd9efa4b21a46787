package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.port.StreamTokens.LiveToken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The opaque cursor of a list of tokens: when the last one that was shown was made, and its id. */
record TokenCursor(Instant createdAt, String id) {
  private static final int ID_LENGTH = 12;

  /** Later than anything that was made by a clock which is not off by centuries. */
  private static final TokenCursor BEFORE_THE_NEWEST =
      new TokenCursor(Instant.parse("9999-01-01T00:00:00Z"), "");

  static String after(LiveToken last) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + ID_LENGTH)
            .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, last.createdAt()))
            .put(last.id().getBytes(StandardCharsets.US_ASCII));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * @throws BacklotException {@code INVALID_REQUEST} when the text is not a cursor of ours
   */
  static TokenCursor parse(@Nullable String cursor) {
    if (cursor == null) {
      return BEFORE_THE_NEWEST;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      if (bytes.length == Long.BYTES + ID_LENGTH) {
        Instant at = Instant.EPOCH.plus(ByteBuffer.wrap(bytes).getLong(), ChronoUnit.MICROS);
        String id = new String(bytes, Long.BYTES, ID_LENGTH, StandardCharsets.US_ASCII);
        if (!at.isBefore(Instant.EPOCH) && !at.isAfter(BEFORE_THE_NEWEST.createdAt())) {
          return new TokenCursor(at, id);
        }
      }
    } catch (IllegalArgumentException notBase64) {
      // The same answer as for a wrong length.
    }
    throw new BacklotException(
        ErrorCode.INVALID_REQUEST, "The cursor must be the next_cursor of an earlier page");
  }
}
