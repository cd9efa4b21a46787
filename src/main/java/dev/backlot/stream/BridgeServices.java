package dev.backlot.stream;

import dev.backlot.bus.Bus;
import dev.backlot.http.MessageReplies;
import java.time.Duration;

/**
 * What the clients of the bridges may have done for them, on one event loop.
 *
 * @param commands takes their commands to this node's consumers
 * @param replies to what is done right here
 */
public record BridgeServices(BridgeCommands commands, MessageReplies replies) {
  /** A command that was not answered by then is given up, done or not. */
  static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);

  public static BridgeServices of(Bus bus, MessageReplies replies) {
    return new BridgeServices(new BridgeCommands(bus, COMMAND_TIMEOUT), replies);
  }

  BridgeSession session(StreamLoop loop, BridgeLink link) {
    return new BridgeSession(loop, link, this);
  }
}
