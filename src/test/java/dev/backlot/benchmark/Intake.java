package dev.backlot.benchmark;

import java.time.Duration;
import java.util.List;

/** Jobs taken in over HTTP, for the keys in turns. */
record Intake(Load load, int port, List<String> keys, Effort effort, Cpu cpu)
    implements Rounds.Side {
  @Override
  public Sample measure() {
    Duration before = cpu.used();
    LoadReport report =
        load.run(LoadOrder.forMillis(port, keys, effort.connections(), effort.turn().toMillis()));
    double micros = cpu.used().minus(before).toNanos() / 1e3;
    return new Sample(report.perSecond(), micros / report.accepted(), 0, report.p99());
  }
}
