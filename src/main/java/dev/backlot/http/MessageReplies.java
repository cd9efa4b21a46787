package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/**
 * Answers commands that came as messages: {@code {ok, status, body}}, or {@code {ok, status,
 * problem}} with the problem that HTTP would have answered and, where HTTP has the header, {@code
 * retry_after} in seconds. Thread-safe.
 */
public final class MessageReplies {
  private final Consumer<ErrorCode> refusals;

  /**
   * @param refusals told of each problem, for meters; any thread
   */
  public MessageReplies(Consumer<ErrorCode> refusals) {
    this.refusals = refusals;
  }

  public JsonObject done(int status, JsonObject body) {
    return new JsonObject().put("ok", true).put("status", status).put("body", body);
  }

  /** Logs a defect under the request id that the answer names; never what was asked. */
  public JsonObject refused(Throwable failure) {
    BacklotException known = Problems.known(failure);
    String requestId = RequestIds.newId();
    Problems.log(requestId, known, failure);
    refusals.accept(known.code());
    JsonObject problem = Problems.body(known, requestId, new JsonObject());
    if (Problems.mayComeBack(known.code())) {
      problem.put("retry_after", Problems.RETRY_AFTER_SECONDS);
    }
    return new JsonObject()
        .put("ok", false)
        .put("status", known.code().httpStatus())
        .put("problem", problem);
  }
}
