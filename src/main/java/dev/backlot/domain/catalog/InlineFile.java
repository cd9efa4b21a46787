package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.input.Part;
import dev.backlot.domain.net.WebAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that a field names by its address or holds itself, as base64 (Kling reference, section 4).
 */
final class InlineFile {
  /**
   * Of a data address (RFC 2397) with at most four parameters; the provider refuses it, and it says
   * nothing that the bytes do not.
   */
  private static final Pattern PREFIX =
      Pattern.compile(
          "data:([a-z0-9.+_-]{1,64}/[a-z0-9.+_-]{1,64})?"
              + "(;[a-z0-9.+_-]{1,64}=[^;,\\s]{0,128}){0,4};base64,",
          Pattern.CASE_INSENSITIVE);

  /** More than the longest that the pattern takes. */
  private static final int PREFIX_MAX = 1_024;

  private InlineFile() {}

  /** Null for one that was given itself, which may be out of its place by now. */
  static @Nullable String address(Object stored) {
    return stored instanceof String text && WebAddress.isMeant(text) ? text : null;
  }

  static String withoutPrefix(String text) {
    var prefix = PREFIX.matcher(text);
    return prefix.lookingAt() ? text.substring(prefix.end()) : text;
  }

  static Part withoutPrefix(Part part) {
    var prefix = PREFIX.matcher(part.start(PREFIX_MAX));
    return prefix.lookingAt() ? part.after(prefix.end()) : part;
  }

  /** What is sent: the address as it is written once for all, or the base64 alone. */
  static Object normal(Object value) {
    if (value instanceof Part part) {
      return withoutPrefix(part);
    }
    String text = (String) value;
    return WebAddress.isMeant(text) ? WebAddress.normal(text) : withoutPrefix(text);
  }

  /**
   * @param fault what is wrong with it
   * @throws BacklotException naming the field, unless there is none
   */
  static void requireNone(String pointer, Optional<Fault> fault) {
    if (fault.isPresent()) {
      String detail = pointer + " must be " + fault.get().allowed() + ".";
      throw BacklotException.ofField(ErrorCode.INVALID_REQUEST, pointer, detail)
          .inTheirWords(fault.get().theirs());
    }
  }

  /**
   * What is wrong with a file.
   *
   * @param allowed in words after "must be"
   * @param theirs what the provider says of it (Kling reference, section 8); null when that is not
   *     known
   */
  record Fault(String allowed, @Nullable String theirs) {
    private static final String NOT_BASE64 = "File is not in a valid base64 format";

    static Fault of(String allowed) {
      return new Fault(allowed, null);
    }

    static Fault notBase64(String allowed) {
      return new Fault(allowed, NOT_BASE64);
    }
  }
}
