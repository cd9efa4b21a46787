package dev.backlot.domain;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a code. The detail is written for the tenant: it must never hold a secret, a
 * prompt or anything that names the provider. The cause, for operators, may only go to the log.
 */
public final class BacklotException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable String field;
  private final @Nullable String theirs;

  @SuppressWarnings("serial") // What Map.copyOf makes can be serialized.
  private final Map<String, String> members;

  public BacklotException(ErrorCode code, String detail) {
    this(code, null, detail, null, null, Map.of());
  }

  public BacklotException(ErrorCode code, String detail, @Nullable Throwable cause) {
    this(code, null, detail, null, cause, Map.of());
  }

  private BacklotException(
      ErrorCode code,
      @Nullable String field,
      String detail,
      @Nullable String theirs,
      @Nullable Throwable cause,
      Map<String, String> members) {
    super(detail, cause, true, code.kind() == ErrorKind.DEFECT);
    this.code = code;
    this.field = field;
    this.theirs = theirs;
    this.members = Map.copyOf(members);
  }

  /**
   * A failure of one field.
   *
   * @param field JSON Pointer (RFC 6901) into the request body, or {@code query:}, {@code header:}
   *     or {@code message:} and a name
   */
  public static BacklotException ofField(ErrorCode code, String field, String detail) {
    return new BacklotException(code, field, detail, null, null, Map.of());
  }

  /**
   * The same failure with more to say than its detail.
   *
   * @param members of its problem (RFC 9457 section 3.2), safe for the tenant
   */
  public BacklotException with(Map<String, String> members) {
    return new BacklotException(code, field, detail(), theirs, getCause(), members);
  }

  /**
   * The same failure in the words that clients of the provider's own API know it by.
   *
   * @param words null for none
   */
  public BacklotException inTheirWords(@Nullable String words) {
    return new BacklotException(code, field, detail(), words, getCause(), members);
  }

  public ErrorCode code() {
    return code;
  }

  public Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** For clients of the provider's own API; empty when nobody knows how that says it. */
  public Optional<String> theirs() {
    return Optional.ofNullable(theirs);
  }

  public Map<String, String> members() {
    return members;
  }

  /** What happened and what to do next, for the tenant. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
