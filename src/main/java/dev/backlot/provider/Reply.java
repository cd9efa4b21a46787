package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.domain.ErrorCode;

/** What came of one request. */
sealed interface Reply {
  /** An envelope with code 0; {@code data} may be anything. */
  record Success(JsonNode data) implements Reply {}

  /** An envelope with code 0 and a list, of which only some tasks were read. */
  record Page(TaskPage page) implements Reply {}

  /**
   * An envelope with a code of the table.
   *
   * @param message the provider's own words: for choosing our text, never to be shown or logged
   */
  record Failure(KlingError error, String message) implements Reply {}

  /** Surely no byte of the request was written. */
  record NotWritten(ErrorCode code, String reason) implements Reply {}

  /**
   * The request was, or may have been, written, and no answer came that means anything.
   *
   * @param reason one of our own short texts, or a class name: nothing from the wire
   */
  record Unusable(String reason) implements Reply {}
}
