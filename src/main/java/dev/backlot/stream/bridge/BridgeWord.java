package dev.backlot.stream.bridge;

import io.vertx.core.json.Json;

/**
 * The small differences between the two bridges of Vert.x, which their clients rely on: what a
 * message of the bus is called, and whether a {@code ping} is answered. Clients of the one that is
 * not would complain of every answer.
 */
enum BridgeWord {
  /** Of SockJS and plain WebSockets. */
  REC("rec", false),
  /** Of TCP. */
  MESSAGE("message", true);

  static final String PONG = "{\"type\":\"pong\"}";

  private final String type;
  private final boolean pong;

  BridgeWord(String type, boolean pong) {
    this.type = type;
    this.pong = pong;
  }

  boolean answersPings() {
    return pong;
  }

  /**
   * A message of the bus.
   *
   * @param body JSON
   */
  String message(String address, String body) {
    return "{\"type\":\""
        + type
        + "\",\"address\":"
        + Json.encode(address)
        + ",\"body\":"
        + body
        + "}";
  }
}
