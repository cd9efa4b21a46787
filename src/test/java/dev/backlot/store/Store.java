package dev.backlot.store;

import dev.backlot.database.TestDatabase;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Every part of the store on one fresh database, with short words for tests. */
final class Store implements AutoCloseable {
  static final Duration COMMIT_DEADLINE = Duration.ofSeconds(5);

  final Vertx vertx = Vertx.vertx();
  final TestDatabase database = TestDatabase.create(vertx);
  final PgKeys keys = new PgKeys(vertx, database.pool(), new Random(2), UUID::randomUUID);
  final PgStreamTokens tokens = new PgStreamTokens(vertx, database.pool(), new Random(6));
  final PgCreditLedger ledger = new PgCreditLedger(vertx, database.pool(), new Random(3));
  final PgJobs jobs = new PgJobs(vertx, database.pool(), new Random(4));
  final PgAdmissions admissions = admissions(database.pool());

  PgAdmissions admissions(Pool pool) {
    return new PgAdmissions(vertx, pool, new Random(5), COMMIT_DEADLINE, System::nanoTime);
  }

  /** A new tenant with this much video credit. */
  TenantId tenant(String name, String units) {
    TenantId tenant = await(keys.create(name, Set.of(Scope.SUBMIT), Submissions.NOW)).tenant();
    await(
        ledger.grant(tenant, Asset.VIDEO_UNIT, Credits.of(units), "test " + name, Submissions.NOW));
    return tenant;
  }

  /** More video credit. */
  void grant(TenantId tenant, String units) {
    await(
        ledger.grant(
            tenant, Asset.VIDEO_UNIT, Credits.of(units), "more " + units, Submissions.NOW));
  }

  List<Admission> admit(Submission... group) {
    return await(admissions.admit(List.of(group), Submissions.NOW));
  }

  Balance balance(TenantId tenant) {
    return await(ledger.balances(tenant)).get(0);
  }

  List<String> violations() {
    return await(ledger.violations());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(failed.getCause());
    } catch (InterruptedException | TimeoutException noAnswer) {
      throw new AssertionError(noAnswer);
    }
  }

  /** The code with which the future fails. */
  static ErrorCode failure(Future<?> future) {
    try {
      Object result = await(future);
      throw new AssertionError("succeeded with " + result);
    } catch (BacklotException failed) {
      return failed.code();
    }
  }

  @Override
  public void close() {
    database.close();
    await(vertx.close());
  }
}
