package dev.backlot.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client without a network, which keeps what it is sent, and has room unless it is full. */
class KeptOutbox implements Outbox {
  final List<Message> messages = new ArrayList<>();
  final List<Long> positions = new ArrayList<>();
  boolean full;
  boolean closed;

  /** Why it was told to come back. */
  @Nullable String reason;

  private @Nullable Runnable ready;

  /** There is room again. */
  void drain() {
    full = false;
    if (ready != null) {
      ready.run();
    }
  }

  @Override
  public void send(Message message) {
    messages.add(message);
  }

  @Override
  public void send(Frame event) {
    positions.add(event.position());
  }

  @Override
  public boolean isFull() {
    return full || closed;
  }

  @Override
  public boolean isClosed() {
    return closed || reason != null;
  }

  @Override
  public void whenDrained(Runnable then) {
    ready = then;
  }

  @Override
  public void resync(CloseCode code, String why) {
    reason = why;
  }
}
