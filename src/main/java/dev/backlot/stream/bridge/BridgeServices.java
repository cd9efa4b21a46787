package dev.backlot.stream.bridge;

import dev.backlot.bus.Bus;
import dev.backlot.http.MessageReplies;
import dev.backlot.stream.Place;
import dev.backlot.stream.StreamLoop;
import java.time.Duration;

/**
 * What the clients of the bridges may have done for them, on one event loop.
 *
 * @param commands takes their commands to this node's consumers
 * @param replies to what is done right here
 */
public record BridgeServices(BridgeCommands commands, MessageReplies replies) {
  /** Commands without an answer; beyond it a command is refused. */
  public static final int COMMANDS_MAX = 32;

  /** A client that was refused so often has a defect, or means no good: it is closed. */
  public static final int REFUSALS_MAX = 100;

  /** A command that was not answered by then is given up, done or not. */
  static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);

  public static BridgeServices of(Bus bus, MessageReplies replies) {
    return new BridgeServices(new BridgeCommands(bus, COMMAND_TIMEOUT), replies);
  }

  BridgeSession session(StreamLoop loop, BridgeLink link, Place place) {
    return new BridgeSession(loop, link, place, this);
  }
}
