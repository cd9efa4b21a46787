package dev.backlot.poll;

import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;

/**
 * One running attempt of ours and when it is asked for next. The due time changes only while the
 * watch is outside the queue that is ordered by it.
 */
final class Watch {
  private final Running running;
  private Instant earliest;
  private Instant due;

  Watch(Running running, Instant due) {
    this.running = running;
    this.due = due;
    this.earliest = halfWay(running.runningSince(), due);
  }

  Running running() {
    return running;
  }

  Instant due() {
    return due;
  }

  /** Whether it may be asked for before it is due, in a request that is made anyway. */
  boolean mayJoin(Instant now) {
    return !now.isBefore(earliest);
  }

  void askAgain(Instant now, Instant next) {
    due = next;
    earliest = halfWay(now, next);
  }

  /** Far enough from the last time that a task is not asked for twice as often as it should be. */
  private static Instant halfWay(Instant last, Instant next) {
    return last.plus(Duration.between(last, next).dividedBy(2));
  }
}
