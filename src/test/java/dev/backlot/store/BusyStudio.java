package dev.backlot.store;

import dev.backlot.database.TestDatabase;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Submission;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A tenant whose jobs come in and are cancelled by several writers at once, for other packages. */
public final class BusyStudio implements AutoCloseable {
  private static final int GROUP_MAX = 8;

  private final TenantId tenant;
  private final PgAdmissions admissions;
  private final PgJobs jobs;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Makes the tenant, under this id, with more credit than it can spend. */
  public BusyStudio(Vertx vertx, TestDatabase database, TenantId tenant) {
    this.tenant = tenant;
    PgKeys keys = new PgKeys(vertx, database.pool(), new Random(2), tenant::value);
    Store.await(keys.create("studio", Set.of(Scope.SUBMIT), Submissions.NOW));
    PgCreditLedger ledger = new PgCreditLedger(vertx, database.pool(), new Random(3));
    Store.await(
        ledger.grant(tenant, Asset.VIDEO_UNIT, Credits.of("1000000"), "test", Submissions.NOW));
    admissions =
        new PgAdmissions(
            vertx, database.pool(), new Random(5), Store.COMMIT_DEADLINE, System::nanoTime);
    jobs = new PgJobs(vertx, database.pool(), new Random(4));
  }

  /**
   * Lets writers run side by side: each takes in a group of jobs and cancels half of it, so many
   * times.
   *
   * @return complete when all have ended
   */
  public CompletableFuture<Void> write(int writers, int rounds) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      Random random = new Random(writer);
      all.add(CompletableFuture.runAsync(() -> write(rounds, random), threads));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  /** One more job, with its event. */
  public void writeOne() {
    Store.await(admissions.admit(Submissions.many(1, tenant, "1"), Submissions.NOW));
  }

  private void write(int rounds, Random random) {
    for (int round = 0; round < rounds; round++) {
      List<Submission> group = Submissions.many(1 + random.nextInt(GROUP_MAX), tenant, "1");
      Store.await(admissions.admit(group, Submissions.NOW));
      for (Submission each : group) {
        if (random.nextBoolean()) {
          Store.await(jobs.cancel(tenant, each.id(), Submissions.NOW));
        }
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
