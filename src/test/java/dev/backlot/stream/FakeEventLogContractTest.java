package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog;
import dev.backlot.port.EventLogContract;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

class FakeEventLogContractTest extends EventLogContract {
  private final Vertx vertx = Vertx.vertx();
  private final FakeEventLog log = new FakeEventLog();
  private int jobs;

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Override
  protected Vertx vertx() {
    return vertx;
  }

  @Override
  protected EventLog log() {
    return log;
  }

  @Override
  protected TenantId tenant() {
    return StreamServer.TENANT;
  }

  @Override
  protected TenantId otherTenant() {
    return StreamServer.OTHER;
  }

  @Override
  protected JobId queue(TenantId tenant) {
    return log.append(tenant, job(++jobs), JobState.QUEUED).job();
  }

  @Override
  protected void cancel(TenantId tenant, JobId job) {
    log.append(tenant, job, JobState.CANCELED);
  }

  @Override
  protected BatchId batch(TenantId tenant, int items) {
    BatchId batch = log.batch(tenant);
    for (int item = 0; item < items; item++) {
      log.append(tenant, job(++jobs), new BatchItem(batch.value(), item), JobState.QUEUED);
    }
    return batch;
  }

  @Override
  protected void repeatCanceled(TenantId tenant, BatchId batch) {
    for (BatchItem item : log.canceledItems(batch)) {
      log.append(tenant, job(++jobs), item, JobState.QUEUED);
    }
  }

  @Override
  protected void forgetUpTo(long position) {
    log.forgetUpTo(position);
  }
}
