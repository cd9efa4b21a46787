package dev.backlot.domain;

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

  public BacklotException(ErrorCode code, String detail) {
    this(code, null, detail, null);
  }

  public BacklotException(ErrorCode code, String detail, @Nullable Throwable cause) {
    this(code, null, detail, cause);
  }

  private BacklotException(
      ErrorCode code, @Nullable String field, String detail, @Nullable Throwable cause) {
    super(detail, cause, true, code.kind() == ErrorKind.DEFECT);
    this.code = code;
    this.field = field;
  }

  /**
   * A failure of one field.
   *
   * @param field JSON Pointer (RFC 6901) into the request body, or {@code query:} or {@code
   *     header:} and a name
   */
  public static BacklotException ofField(ErrorCode code, String field, String detail) {
    return new BacklotException(code, field, detail, null);
  }

  public ErrorCode code() {
    return code;
  }

  public Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** What happened and what to do next, for the tenant. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
