package dev.backlot.stream;

/** The way to one client. Its event loop only. */
public interface Outbox {
  /** Queues a message. Nothing happens when the client has gone. */
  void send(Message message);

  /** The same of an event. Its encodings are shared by everybody who gets it: take one of them. */
  void send(Frame event);

  /**
   * What is sent from here on may wait for {@link #release}, which comes on the same turn of the
   * loop: several messages then cost the network one call.
   */
  default void hold() {}

  /** Lets what waits go. */
  default void release() {}

  /** Too much is waiting for this client: send nothing but the end. */
  boolean isFull();

  /** The client has gone, or is being sent away. */
  boolean isClosed();

  /** Calls back once, when there is room again. Replaces what was asked before. */
  void whenDrained(Runnable ready);

  /**
   * Sends {@code resync} with the client's place in the log, and closes: it may come back at once.
   *
   * @param reason {@code slow-reader}, {@code lagging}, {@code unavailable} or {@code shutdown}
   */
  void resync(CloseCode code, String reason);
}
