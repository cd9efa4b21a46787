package dev.backlot.stream.bridge;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client of an event-bus bridge may say. The words are those of the bridges of Vert.x, so
 * that their clients can be used; what a client calls headers is passed over.
 */
sealed interface BridgeMessage {
  int ADDRESS_LENGTH_MAX = 100;

  /** What clients make up to be answered under. */
  Pattern REPLY_ADDRESS = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** What those make up that listen there like everywhere else. */
  Pattern UUID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  /** The client is there. */
  record Ping() implements BridgeMessage {}

  /**
   * @param replyAddress where the client expects its answer; null when it wants none
   */
  record Send(String address, @Nullable String replyAddress, JsonObject body)
      implements BridgeMessage {
    /** The body has a credential in it. */
    @Override
    public String toString() {
      return "Send[" + address + "]";
    }
  }

  record Publish(String address) implements BridgeMessage {}

  record Register(String address) implements BridgeMessage {}

  record Unregister(String address) implements BridgeMessage {}

  /**
   * Not to be understood, and why.
   *
   * @param address to which the client listens for an answer; null when that is not known either
   */
  record Unreadable(BridgeRefusal refusal, @Nullable String address) implements BridgeMessage {}

  /** Never fails, whatever the text is. */
  static BridgeMessage parse(String text) {
    if (!(decode(text) instanceof JsonObject message)) {
      return new Unreadable(BridgeRefusal.INVALID_JSON, null);
    }
    if (!(message.getValue("type") instanceof String type)) {
      return new Unreadable(BridgeRefusal.MISSING_TYPE, null);
    }
    if (type.equals("ping")) {
      return new Ping();
    }
    if (!(message.getValue("address") instanceof String address)
        || address.isEmpty()
        || address.length() > ADDRESS_LENGTH_MAX) {
      return new Unreadable(BridgeRefusal.MISSING_ADDRESS, null);
    }
    return switch (type) {
      case "send" -> send(address, message);
      case "publish" -> new Publish(address);
      case "register" -> new Register(address);
      case "unregister" -> new Unregister(address);
      default -> new Unreadable(BridgeRefusal.INVALID_TYPE, address);
    };
  }

  private static @Nullable Object decode(String text) {
    try {
      return Json.decodeValue(text);
    } catch (DecodeException broken) {
      return null;
    }
  }

  private static BridgeMessage send(String address, JsonObject message) {
    Object replyAddress = message.getValue("replyAddress");
    if (replyAddress != null && !isReplyAddress(replyAddress)) {
      return new Unreadable(BridgeRefusal.INVALID_REPLY_ADDRESS, null);
    }
    String reply = (String) replyAddress;
    return message.getValue("body") instanceof JsonObject body
        ? new Send(address, reply, body)
        : new Unreadable(BridgeRefusal.INVALID_BODY, reply);
  }

  private static boolean isReplyAddress(Object value) {
    return value instanceof String text && REPLY_ADDRESS.matcher(text).matches();
  }
}
