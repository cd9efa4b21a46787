package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a failure of the database means. Decisions read SQL states, never message texts. */
final class PgErrors {
  private static final String ABORTED = "25P02";

  private static final String READ_ONLY = "25006";

  private static final Set<String> REPEATABLE = Set.of("40001", "40P01");

  /**
   * The server is going, gone, not yet there or only a standby; or the statement took too long
   * (PostgreSQL, appendix A).
   */
  private static final Set<String> UNAVAILABLE =
      Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "57014", READ_ONLY, "25P03", "25P04");

  private PgErrors() {}

  /** The failure as callers see it; its cause is kept for the log. */
  static BacklotException translate(Throwable failure) {
    if (failure instanceof BacklotException known) {
      return known;
    }
    if (failure instanceof ConnectionPoolTooBusyException) {
      return new BacklotException(
          ErrorCode.OVERLOADED, "Too many requests wait for the database; try again soon", failure);
    }
    if (isUnavailable(failure)) {
      return new BacklotException(
          ErrorCode.STORE_UNAVAILABLE, "Nothing was stored; try again soon", failure);
    }
    return new BacklotException(ErrorCode.INTERNAL, "The database refused a statement", failure);
  }

  /** The same, of a statement that could have stored nothing. */
  static BacklotException ofRead(Throwable failure) {
    return isUnavailable(failure) && !(failure instanceof ConnectionPoolTooBusyException)
        ? new BacklotException(
            ErrorCode.STORE_UNAVAILABLE, "The database cannot be read now; try again soon", failure)
        : translate(failure);
  }

  static BacklotException outcomeUnknown(@Nullable Throwable failure) {
    return new BacklotException(
        ErrorCode.OUTCOME_UNKNOWN, "The connection to the database was lost at commit", failure);
  }

  /** Committed on the primary, and perhaps nowhere else. */
  static BacklotException onlyHere() {
    return new BacklotException(
        ErrorCode.OUTCOME_UNKNOWN, "The database may not keep what it has committed");
  }

  /** A deadlock or a serialization failure: the same transaction may be run again. */
  static boolean isRepeatable(Throwable failure) {
    return failure instanceof DatabaseException error && REPEATABLE.contains(state(error));
  }

  /** The database was reached, and would not take what it was given: another try gives the same. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof BacklotException known && known.code() == ErrorCode.INTERNAL;
  }

  /** The commit may have been done, or not. */
  static boolean isInDoubt(Throwable failure) {
    return failure instanceof BacklotException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
  }

  /** Nobody was asked: the database has all that it can do. */
  static boolean isOverload(Throwable failure) {
    return failure instanceof BacklotException known && known.code() == ErrorCode.OVERLOADED;
  }

  /** SQL state or class of a refusal's cause: nothing of its text. */
  static String reason(Throwable refusal) {
    Throwable cause = refusal.getCause() == null ? refusal : refusal.getCause();
    return cause instanceof DatabaseException error
        ? state(error)
        : cause.getClass().getSimpleName();
  }

  /** The connection went away before an answer: what was sent may have been done. */
  static boolean isConnectionLoss(Throwable failure) {
    return !(failure instanceof DatabaseException) && isUnavailable(failure);
  }

  /** No connection, or one that is of no use now. */
  static boolean isUnavailable(Throwable failure) {
    if (failure instanceof DatabaseException error) {
      String state = state(error);
      return UNAVAILABLE.contains(state) || state.startsWith("08") || state.startsWith("53");
    }
    return failure instanceof IOException
        || failure instanceof TimeoutException
        || failure instanceof VertxException;
  }

  /** The server takes no writes, or not any more: it is a standby, or was a primary. */
  static boolean isReadOnly(Throwable failure) {
    return failure instanceof DatabaseException error && READ_ONLY.equals(state(error));
  }

  /** Refused only because an earlier statement of the transaction has failed. */
  static boolean isAftermath(Throwable failure) {
    return failure instanceof DatabaseException error && ABORTED.equals(state(error));
  }

  private static String state(DatabaseException error) {
    String state = error.getSqlState();
    return state == null ? "" : state;
  }
}
