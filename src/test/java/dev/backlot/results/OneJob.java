package dev.backlot.results;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.Terms;
import dev.backlot.port.Jobs;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One job of one tenant, with one output once it has a source. The source's raw text is its url.
 */
final class OneJob implements Jobs {
  static final JobId ID = new JobId(new UUID(7, 8));

  private final TenantId tenant;
  private volatile @Nullable String url;

  /** To which the job belongs; null for a job of its own. */
  volatile @Nullable UUID batch;

  OneJob(TenantId tenant) {
    this.tenant = tenant;
  }

  void succeededWith(String source) {
    url = source;
  }

  @Override
  public Future<Optional<Job>> find(TenantId asking, JobId id) {
    return Future.succeededFuture(
        asking.equals(tenant) && id.equals(ID) ? Optional.of(job()) : Optional.empty());
  }

  @Override
  public Future<Optional<ResultSource>> resultSource(TenantId asking, JobId id) {
    boolean known = asking.equals(tenant) && id.equals(ID);
    return Future.succeededFuture(
        Optional.ofNullable(url).filter(any -> known).map(raw -> new ResultSource("a", raw)));
  }

  @Override
  public Future<Optional<JobDetail>> detail(TenantId asking, JobId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Page<Job>> list(
      TenantId asking, JobFilter filter, @Nullable String cursor, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<CancelResult> cancel(TenantId asking, JobId id, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Long> countOverdue() {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Map<String, Long>> countLive() {
    throw new UnsupportedOperationException();
  }

  private Job job() {
    boolean done = url != null;
    return new Job(
        ID,
        tenant,
        900_000_000_000_000_001L,
        "text2video",
        "kling-v2-6",
        "{}",
        "{}",
        0,
        done ? JobState.SUCCEEDED : JobState.RUNNING,
        3,
        false,
        false,
        Asset.VIDEO_UNIT,
        Credits.of("5"),
        done ? Credits.of("5") : null,
        "1",
        null,
        done ? List.of(new Output(0, "video", "5", true)) : List.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        Instant.EPOCH,
        done ? Instant.EPOCH : null,
        batch == null ? Terms.NONE : new Terms(null, null, true, null, new BatchItem(batch, 0)),
        null);
  }
}
