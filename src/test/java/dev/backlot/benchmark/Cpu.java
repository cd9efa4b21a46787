package dev.backlot.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time of servers and of the PostgreSQL that they use, backends included.
 *
 * @param roots their process ids
 */
record Cpu(List<Long> roots) {
  Cpu(long server, long postmaster) {
    this(List.of(server, postmaster));
  }

  /** Of one process, without those that it has started. */
  static Duration ofAlone(long process) {
    return ProcessHandle.of(process)
        .flatMap(found -> found.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** Of the processes that live, since they were started. */
  Duration used() {
    return roots.stream()
        .map(ProcessHandle::of)
        .flatMap(root -> root.stream())
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .distinct()
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
