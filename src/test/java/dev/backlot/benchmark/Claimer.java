package dev.backlot.benchmark;

import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.store.PgDispatches;
import dev.backlot.store.PgMembership;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** A node that claims jobs of one class for one account, and sends nothing. */
final class Claimer {
  static final String POOL = "default";
  private static final String ACCOUNT = "benchmark";

  private final PgDispatches dispatches;
  private final NodeLease lease =
      new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofHours(1), System::nanoTime);
  private final Uuid7 ids = new Uuid7(InstantSource.system(), new SecureRandom());

  Claimer(Database database, String slotClass, int slots) {
    SecureRandom random = new SecureRandom();
    this.dispatches = new PgDispatches(database.vertx(), database.pool(), random);
    PgMembership membership = new PgMembership(database.vertx(), database.pool(), random);
    long sentAt = lease.tick();
    lease.renewed(Await.result(membership.register(lease, "benchmark")), sentAt);
    Await.result(
        dispatches.configureSlots(
            List.of(new Dispatches.SlotLimit(POOL, ACCOUNT, slotClass, slots)), Instant.now()));
  }

  PgDispatches dispatches() {
    return dispatches;
  }

  List<Claimed> claim(int limit) {
    return Await.result(
            dispatches.claim(
                lease,
                List.of(POOL),
                List.of(ACCOUNT),
                List.of(),
                limit,
                this::plan,
                Instant.now()))
        .attempts();
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
