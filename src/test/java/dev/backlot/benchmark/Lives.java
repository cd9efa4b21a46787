package dev.backlot.benchmark;

import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Whole lives: submitted over HTTP to all nodes in turns, run by the simulator without delay,
 * ended, settled.
 */
record Lives(Service service, Load load, int connections, int jobs) implements Rounds.Side {
  /** From the acceptance of the first job to the end of the last, by the service's own clock. */
  @Override
  public Sample measure() {
    Instant begun = Instant.now();
    Duration before = service.cpu().used();
    load.run(LoadOrder.ofJobs(service.ports(), service.tenants().keys(), connections, jobs));
    service.awaitAllEnded();
    double micros = service.cpu().used().minus(before).toNanos() / 1e3;
    Row lives =
        service
            .database()
            .query(
                """
                SELECT count(*) FILTER (WHERE state = 'succeeded') AS succeeded,
                       extract(epoch FROM max(ended_at) - min(accepted_at))::float8 AS seconds
                  FROM job WHERE accepted_at >= $1""",
                begun.atOffset(ZoneOffset.UTC))
            .iterator()
            .next();
    if (lives.getInteger("succeeded") != jobs) {
      throw new IllegalStateException(lives.getInteger("succeeded") + " of " + jobs + " succeeded");
    }
    return new Sample(jobs / lives.getDouble("seconds"), micros / jobs, 0, 0);
  }
}
