package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault;
import dev.backlot.config.SimulatorFault.Target;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A rule in force: its hits so far, its end and its own random stream. Event loop only. */
final class FaultRule {
  private final SimulatorFault fault;
  private final SplittableRandom random;
  private final long until;
  private long hits;

  FaultRule(SimulatorFault fault, SplittableRandom random, long now) {
    this.fault = fault;
    this.random = random;
    this.until = fault.lasting() == null ? Long.MAX_VALUE : now + fault.lasting().toMillis();
  }

  SimulatorFault fault() {
    return fault;
  }

  long hits() {
    return hits;
  }

  boolean isSpent(long now) {
    return now >= until || (fault.count() > 0 && hits >= fault.count());
  }

  /** The fault, if this request is hit; null otherwise. Draws once per matching request. */
  @Nullable Mishap hit(Target target) {
    if (fault.target() != target && fault.target() != Target.ANY) {
      return null;
    }
    if (fault.probability() < 1 && random.nextDouble() >= fault.probability()) {
      return null;
    }
    hits++;
    return draw(fault, random);
  }

  static Mishap draw(SimulatorFault fault, SplittableRandom random) {
    long min = fault.delay().toMillis();
    long max = fault.delayMax().toMillis();
    long delay = min == max ? min : random.nextLong(min, max + 1);
    return new Mishap(
        fault.fault(),
        delay,
        fault.code(),
        fault.status(),
        fault.leave(),
        fault.units(),
        fault.message());
  }
}
