package dev.backlot.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until it is moved. */
final class MovableClock implements InstantSource {
  private volatile Instant now = FakeEventLog.START;

  @Override
  public Instant instant() {
    return now;
  }

  void set(Instant to) {
    now = to;
  }

  synchronized void advance(Duration by) {
    now = now.plus(by);
  }
}
