package dev.backlot.benchmark;

import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.store.PgAdmissions;
import dev.backlot.store.PgEndings;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Claims queued jobs under slots and ends them, batch by batch, as dispatch and polling do: lease,
 * attempts, slots, settlement and events included. What lies between, the record that the provider
 * has accepted, is done but not counted: the loop beside it has no such step.
 */
final class ClaimLoop implements Rounds.Side {
  static final int BATCH = 200;

  private final PgAdmissions admissions;
  private final Claimer claimer;
  private final PgEndings endings;
  private final Tenants tenants;
  private final SampleJob sample;
  private final int jobs;

  ClaimLoop(
      Database database, PgAdmissions admissions, Tenants tenants, SampleJob sample, int jobs) {
    this.admissions = admissions;
    this.tenants = tenants;
    this.sample = sample;
    this.jobs = jobs;
    SecureRandom random = new SecureRandom();
    this.endings = new PgEndings(database.vertx(), database.pool(), random);
    String slotClass = sample.of(tenants.ids().get(0)).slotClass();
    this.claimer = new Claimer(database, slotClass, BATCH);
  }

  @Override
  public Sample measure() {
    queue();
    long nanos = 0;
    int ended = 0;
    while (ended < jobs) {
      long begun = System.nanoTime();
      List<Claimed> claimed = claimer.claim(BATCH);
      nanos += System.nanoTime() - begun;
      record(claimed);
      begun = System.nanoTime();
      ended += finish(claimed);
      nanos += System.nanoTime() - begun;
    }
    return Sample.ofJobs(ended / (nanos / 1e9));
  }

  private void queue() {
    for (int queued = 0; queued < jobs; queued += BATCH) {
      List<Submission> group =
          IntStream.range(queued, queued + BATCH)
              .mapToObj(i -> sample.of(tenants.ids().get(i % Tenants.COUNT)))
              .toList();
      Await.result(admissions.admit(group, Instant.now()));
    }
  }

  private void record(List<Claimed> claimed) {
    List<Fact> accepted =
        claimed.stream()
            .map(each -> (Fact) new Fact.Accepted(each.ref(), "task-" + each.ref().id()))
            .toList();
    Await.result(claimer.dispatches().record(accepted, Instant.now()));
  }

  private int finish(List<Claimed> claimed) {
    List<Ending> succeeded = claimed.stream().map(ClaimLoop::succeeded).toList();
    return Await.result(endings.finish(succeeded, CancelPolicy.KEEP, Instant.now()))
        .applied()
        .size();
  }

  private static Ending succeeded(Claimed claimed) {
    return new Ending.Succeeded(
        claimed.ref(),
        new TaskReport.Succeeded(
            "task-" + claimed.ref().id(), List.of(new Output(0, "video", "5", false)), null, "{}"));
  }
}
