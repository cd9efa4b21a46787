package dev.backlot.http;

import org.jspecify.annotations.Nullable;

/**
 * A failure as the log may see it: types and stack traces of the whole chain, without any message.
 * Messages of parsers, drivers and the database quote what they choked on: prompts, rows, addresses
 * (promise P7).
 */
public final class QuietFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_DEPTH = 8;

  private QuietFailure(Throwable failure, @Nullable QuietFailure cause) {
    super(failure.getClass().getName(), cause, false, true);
    setStackTrace(failure.getStackTrace());
  }

  public static QuietFailure of(Throwable failure) {
    return of(failure, MAX_DEPTH);
  }

  private static QuietFailure of(Throwable failure, int depth) {
    Throwable cause = failure.getCause();
    return new QuietFailure(failure, cause == null || depth == 0 ? null : of(cause, depth - 1));
  }
}
