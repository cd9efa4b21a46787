package dev.backlot.poll;

import dev.backlot.port.Endings.Running;
import java.time.Instant;

/**
 * One running attempt of ours and when it is asked for next. The due time changes only while the
 * watch is outside the queue that is ordered by it.
 */
final class Watch {
  private final Running running;
  private Instant due;

  Watch(Running running, Instant due) {
    this.running = running;
    this.due = due;
  }

  Running running() {
    return running;
  }

  Instant due() {
    return due;
  }

  void askAgain(Instant next) {
    due = next;
  }
}
