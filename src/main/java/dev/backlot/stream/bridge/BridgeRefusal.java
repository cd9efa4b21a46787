package dev.backlot.stream.bridge;

import dev.backlot.domain.ErrorCode;
import dev.backlot.stream.CloseCode;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Why a bridge does not do what a client says. The words are those that the bridges of Vert.x use,
 * where they have one; part of the wire contract.
 */
enum BridgeRefusal {
  INVALID_JSON("invalid_json", ErrorCode.INVALID_JSON),
  MISSING_TYPE("missing_type", ErrorCode.INVALID_REQUEST),
  INVALID_TYPE("invalid_type", ErrorCode.INVALID_REQUEST),
  MISSING_ADDRESS("missing_address", ErrorCode.INVALID_REQUEST),
  INVALID_REPLY_ADDRESS("invalid_reply_address", ErrorCode.INVALID_REQUEST),
  INVALID_BODY("invalid_body", ErrorCode.INVALID_REQUEST),
  /** This address, or this way to use it, is not for clients. */
  ACCESS_DENIED("access_denied", ErrorCode.FORBIDDEN),
  /** The client has to wait for answers before it asks for more. */
  TOO_MANY_REQUESTS("too_many_requests", ErrorCode.RATE_LIMITED),
  /** The node has; the client should come again a little later. */
  OVERLOADED("overloaded", ErrorCode.OVERLOADED),
  /** Nobody on this node takes commands now: it starts or stops. */
  NO_HANDLERS("no_handlers", ErrorCode.OVERLOADED, ReplyFailure.NO_HANDLERS),
  /** No answer in time. Whether the command was carried out is not known. */
  TIMEOUT("timeout", ErrorCode.OUTCOME_UNKNOWN, ReplyFailure.TIMEOUT),
  /** A defect of ours. Whether the command was carried out is not known. */
  INTERNAL("internal", ErrorCode.INTERNAL);

  private final String word;
  private final ErrorCode code;
  private final ReplyFailure failure;

  BridgeRefusal(String word, ErrorCode code) {
    this(word, code, ReplyFailure.RECIPIENT_FAILURE);
  }

  BridgeRefusal(String word, ErrorCode code, ReplyFailure failure) {
    this.word = word;
    this.code = code;
    this.failure = failure;
  }

  /**
   * The message that says so. It has the members of both bridges of Vert.x, and an address, so that
   * the client finds whoever waits for it.
   *
   * @param address to which the client listens for an answer; null when there is none
   */
  String message(@Nullable String address) {
    return message(address, code.number(), failure, word);
  }

  /** The goodbye of a transport that has no close codes of its own. */
  static String goodbye(CloseCode code) {
    return message(null, code.code(), ReplyFailure.RECIPIENT_FAILURE, code.reason());
  }

  private static String message(
      @Nullable String address, int failureCode, ReplyFailure failure, String word) {
    JsonObject message = new JsonObject().put("type", "err");
    if (address != null) {
      message.put("address", address);
    }
    return message
        .put("failureCode", failureCode)
        .put("failureType", failure.name())
        .put("message", word)
        .put("body", word)
        .encode();
  }
}
