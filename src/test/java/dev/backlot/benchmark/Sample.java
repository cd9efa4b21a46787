package dev.backlot.benchmark;

/**
 * One turn of one side.
 *
 * @param jobs a second
 * @param cpu microseconds of CPU for each job, of the server and of PostgreSQL, without the load
 *     generator; 0 where it was not measured
 * @param p50 milliseconds within which half of them were answered; 0 where it was not measured
 * @param p99 milliseconds within which 99 % of the requests were answered; 0 without requests
 */
record Sample(double jobs, double cpu, double p50, double p99) {
  static Sample ofJobs(double perSecond) {
    return new Sample(perSecond, 0, 0, 0);
  }
}
