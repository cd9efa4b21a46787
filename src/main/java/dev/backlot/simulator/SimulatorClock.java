package dev.backlot.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The simulator's own time: the given source plus what was advanced by hand. Event loop only. */
final class SimulatorClock implements InstantSource {
  private final InstantSource source;
  private Duration advanced = Duration.ZERO;

  SimulatorClock(InstantSource source) {
    this.source = source;
  }

  @Override
  public Instant instant() {
    return source.instant().plus(advanced);
  }

  /** The time that tokens are judged by: a client knows nothing of what was advanced. */
  Instant wallTime() {
    return source.instant();
  }

  void advance(Duration by) {
    advanced = advanced.plus(by);
  }

  Duration advanced() {
    return advanced;
  }
}
