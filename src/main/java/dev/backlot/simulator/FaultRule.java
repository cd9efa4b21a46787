package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault;
import dev.backlot.config.SimulatorFault.Target;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A rule in force: its hits so far, its end and its own random stream. Event loop only. */
final class FaultRule {
  private final SimulatorFault fault;
  private final SplittableRandom random;
  private final long from;
  private final long until;
  private long hits;

  FaultRule(SimulatorFault fault, SplittableRandom random, long now) {
    this.fault = fault;
    this.random = random;
    this.from = now + fault.after().toMillis();
    this.until = fault.lasting() == null ? Long.MAX_VALUE : from + fault.lasting().toMillis();
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
  @Nullable Mishap hit(Target target, long now) {
    if (!isAimedAt(target) || now < from || isSpent(now)) {
      return null;
    }
    if (fault.probability() < 1 && random.nextDouble() >= fault.probability()) {
      return null;
    }
    hits++;
    return draw(fault, random);
  }

  static Mishap draw(SimulatorFault fault, SplittableRandom random) {
    return new Mishap(
        fault.fault(),
        fault.spread() > 0 ? around(fault, random) : between(fault, random),
        fault.code(),
        fault.status(),
        fault.leave(),
        fault.units(),
        fault.message(),
        fault.word());
  }

  private static long between(SimulatorFault fault, SplittableRandom random) {
    long min = fault.delay().toMillis();
    long max = fault.delayMax().toMillis();
    return min == max ? min : random.nextLong(min, max + 1);
  }

  private static long around(SimulatorFault fault, SplittableRandom random) {
    double factor = Math.exp(random.nextGaussian() * fault.spread());
    boolean cut = fault.delayMax().compareTo(fault.delay()) > 0;
    Duration longest = cut ? fault.delayMax() : SimulatorFault.DELAY_MAX;
    return Math.min(longest.toMillis(), Math.round(fault.delay().toMillis() * factor));
  }

  private boolean isAimedAt(Target target) {
    return fault.target() == target || (fault.target() == Target.ANY && target != Target.CALLBACK);
  }
}
