package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog;
import dev.backlot.port.EventLogContract;
import io.vertx.core.Vertx;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PgEventLogContractTest extends EventLogContract {
  private StoreFixture store;
  private BatchFixture batches;
  private TenantId other;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    batches = new BatchFixture(store);
    other = store.store.tenant("other", "1000");
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Override
  protected Vertx vertx() {
    return store.vertx;
  }

  @Override
  protected EventLog log() {
    return store.log;
  }

  @Override
  protected TenantId tenant() {
    return store.tenant;
  }

  @Override
  protected TenantId otherTenant() {
    return other;
  }

  @Override
  protected JobId queue(TenantId tenant) throws Exception {
    return store.jobs(tenant, 1).get(0);
  }

  @Override
  protected void cancel(TenantId tenant, JobId job) {
    Store.await(store.store.jobs.cancel(tenant, job, StoreFixture.NOW));
  }

  @Override
  protected BatchId batch(TenantId tenant, int items) throws Exception {
    return batches.admitted(
        batches.of(tenant, Submissions.many(items, tenant, "5"), SpendCap.NONE, null));
  }

  @Override
  protected void repeatCanceled(TenantId tenant, BatchId batch) throws Exception {
    Store.await(
        batches.batches.retry(
            tenant, batch, Set.of(JobState.CANCELED), "testtesttest", null, StoreFixture.NOW));
  }

  @Override
  protected void forgetUpTo(long position) {
    store.database.execute("DELETE FROM event WHERE position <= " + position);
  }
}
