package dev.backlot.benchmark;

import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * CPU time of a server and of the PostgreSQL that it uses, backends included.
 *
 * @param server its process id
 * @param postmaster likewise
 */
record Cpu(long server, long postmaster) {
  /** Of the processes that live, since they were started. */
  Duration used() {
    return LongStream.of(server, postmaster)
        .mapToObj(ProcessHandle::of)
        .flatMap(root -> root.stream())
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
