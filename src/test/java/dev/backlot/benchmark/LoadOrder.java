package dev.backlot.benchmark;

import java.util.List;

/**
 * What the load generator is to do. Ends at the first of both bounds; 0 means none.
 *
 * @param ports of the servers, on loopback, taken in turns
 * @param keys API keys, taken in turns
 * @param connections requests under way at once, each on its own kept-alive connection
 * @param paths posted to, taken in turns
 * @param status of the only answer that is right
 * @param bodies of the requests, taken in turns
 * @param perSecond 0 for a closed loop: a connection sends its next request when it has its answer
 */
record LoadOrder(
    List<Integer> ports,
    List<String> keys,
    int connections,
    long millis,
    int jobs,
    int perSecond,
    List<String> paths,
    int status,
    List<String> bodies) {
  private static final List<String> SAMPLE = List.of(SampleJob.BODY);

  /** Submits jobs. */
  LoadOrder(
      List<Integer> ports,
      List<String> keys,
      int connections,
      long millis,
      int jobs,
      int perSecond,
      List<String> bodies) {
    this(ports, keys, connections, millis, jobs, perSecond, List.of("/api/v1/jobs"), 202, bodies);
  }

  static LoadOrder forMillis(int port, List<String> keys, int connections, long millis) {
    return new LoadOrder(List.of(port), keys, connections, millis, 0, 0, SAMPLE);
  }

  static LoadOrder ofJobs(int port, List<String> keys, int connections, int jobs) {
    return ofJobs(List.of(port), keys, connections, jobs);
  }

  static LoadOrder ofJobs(List<Integer> ports, List<String> keys, int connections, int jobs) {
    return new LoadOrder(ports, keys, connections, 0, jobs, 0, SAMPLE);
  }

  static LoadOrder paced(int port, List<String> keys, int connections, int jobs, int perSecond) {
    return new LoadOrder(List.of(port), keys, connections, 0, jobs, perSecond, SAMPLE);
  }
}
