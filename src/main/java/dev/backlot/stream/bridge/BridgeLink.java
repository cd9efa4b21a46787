package dev.backlot.stream.bridge;

import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Frame;

/**
 * The connection of one client of a bridge: how messages are wrapped, and nothing of what they
 * mean. Its event loop only.
 */
interface BridgeLink {
  /** Queues one message, as JSON. Nothing happens when the client has gone. */
  void send(String message);

  /** Queues an event, in the encoding that is shared by everybody who gets it this way. */
  void send(Frame frame);

  /** How messages of the bus are called here. */
  BridgeWord word();

  /** As much is waiting for this client as may. {@link BridgeSession#drained} follows. */
  boolean isFull();

  /** Bytes that wait for the network. */
  long waiting();

  boolean isClosed();

  /** Makes a client that is there show it, where the transport can do that by itself. */
  void ping();

  /** Says why, and closes. */
  void close(CloseCode code);

  /** Breaks the connection without a word and drops what waits for it. */
  void cut();
}
