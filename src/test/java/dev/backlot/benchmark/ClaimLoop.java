package dev.backlot.benchmark;

import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.store.PgAdmissions;
import dev.backlot.store.PgDispatches;
import dev.backlot.store.PgEndings;
import dev.backlot.store.PgMembership;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Claims queued jobs under slots and ends them, batch by batch, as dispatch and polling do: lease,
 * attempts, slots, settlement and events included. What lies between, the record that the provider
 * has accepted, is done but not counted: the loop beside it has no such step.
 */
final class ClaimLoop implements Rounds.Side {
  static final int BATCH = 200;
  private static final String POOL = "default";
  private static final String ACCOUNT = "benchmark";

  private final PgAdmissions admissions;
  private final PgDispatches dispatches;
  private final PgEndings endings;
  private final NodeLease lease =
      new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofHours(1), System::nanoTime);
  private final Uuid7 ids = new Uuid7(InstantSource.system(), new SecureRandom());
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
    this.dispatches = new PgDispatches(database.vertx(), database.pool(), random);
    this.endings = new PgEndings(database.vertx(), database.pool(), random);
    PgMembership membership = new PgMembership(database.vertx(), database.pool(), random);
    long sentAt = lease.tick();
    lease.renewed(Await.result(membership.register(lease, "benchmark")), sentAt);
    String slotClass = sample.of(tenants.ids().get(0)).slotClass();
    Await.result(
        dispatches.configureSlots(
            List.of(new Dispatches.SlotLimit(POOL, ACCOUNT, slotClass, BATCH)), Instant.now()));
  }

  @Override
  public Sample measure() {
    queue();
    long nanos = 0;
    int ended = 0;
    while (ended < jobs) {
      long begun = System.nanoTime();
      List<Claimed> claimed = claim();
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

  private List<Claimed> claim() {
    return Await.result(
            dispatches.claim(
                lease,
                List.of(POOL),
                List.of(ACCOUNT),
                List.of(),
                BATCH,
                this::plan,
                Instant.now()))
        .attempts();
  }

  private void record(List<Claimed> claimed) {
    List<Fact> accepted =
        claimed.stream()
            .map(each -> (Fact) new Fact.Accepted(each.ref(), "task-" + each.ref().id()))
            .toList();
    Await.result(dispatches.record(accepted, Instant.now()));
  }

  private int finish(List<Claimed> claimed) {
    List<Ending> succeeded = claimed.stream().map(ClaimLoop::succeeded).toList();
    return Await.result(endings.finish(succeeded, CancelPolicy.KEEP, Instant.now())).size();
  }

  private static Ending succeeded(Claimed claimed) {
    return new Ending.Succeeded(
        claimed.ref(),
        new TaskReport.Succeeded(
            "task-" + claimed.ref().id(), List.of(new Output(0, "video", "5", false)), null, "{}"));
  }

  private List<PlannedAttempt> plan(List<QueuedJob> queued, List<FreeSlots> slots) {
    return queued.stream().limit(slots.get(0).free()).map(this::attempt).toList();
  }

  private PlannedAttempt attempt(QueuedJob job) {
    AttemptId id = new AttemptId(ids.next());
    return new PlannedAttempt(
        id,
        job.id(),
        ACCOUNT,
        "legacy",
        "/v1/videos/text2video",
        LookupBy.PATH,
        id.externalId("benchmrk"),
        job.input(),
        job.slotClass(),
        job.slots());
  }
}
