package dev.backlot.benchmark;

import java.util.List;

/**
 * What the load generator saw.
 *
 * @param accepted right answers within the time asked for
 * @param failure the first other answer, or empty: the run is worth nothing then
 * @param p50 milliseconds
 * @param p99 milliseconds
 * @param answers of a paced load of jobs only
 */
record LoadReport(
    int accepted, String failure, double seconds, double p50, double p99, List<Accepted> answers) {
  /**
   * @param sent microseconds since the epoch, right before the request
   * @param answered likewise, with the whole answer in hand
   */
  record Accepted(String id, long sent, long answered) {}

  double perSecond() {
    return accepted / seconds;
  }
}
