package dev.backlot.intake;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptView;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Jobs in memory. */
final class FakeJobs implements Jobs {
  final List<Job> jobs = new ArrayList<>();
  final List<AttemptView> attempts = new ArrayList<>();
  JobFilter lastFilter = new JobFilter(java.util.Set.of());
  int lastLimit;

  Job add(TenantId tenant, long id, JobState state) {
    return add(tenant, id, state, Terms.NONE);
  }

  Job add(TenantId tenant, long id, JobState state, Terms terms) {
    Instant at = Instant.parse("2026-01-02T03:04:05.000006Z");
    boolean ended = state.isTerminal();
    Job job =
        new Job(
            new JobId(new UUID(7, id)),
            tenant,
            900000000000000001L,
            "text2video",
            "kling-v2-6",
            "{\"prompt\":\"p\",\"n\":0.10}",
            "{}",
            0,
            state,
            3,
            false,
            false,
            Asset.VIDEO_UNIT,
            Credits.of("1.5"),
            ended ? Credits.of("1.5") : null,
            "2026-09",
            null,
            ended ? List.of(new Output(0, "video", "5.1", false)) : List.of(),
            at,
            at,
            null,
            ended ? at : null,
            terms,
            null);
    jobs.add(job);
    return job;
  }

  @Override
  public Future<Optional<Job>> find(TenantId tenant, JobId id) {
    return Future.succeededFuture(
        jobs.stream().filter(j -> j.tenant().equals(tenant) && j.id().equals(id)).findFirst());
  }

  @Override
  public Future<Optional<JobDetail>> detail(TenantId tenant, JobId id) {
    return find(tenant, id)
        .map(found -> found.map(job -> new JobDetail(job, job.model(), attempts)));
  }

  @Override
  public Future<Page<Job>> list(
      TenantId tenant, JobFilter filter, @Nullable String cursor, int limit) {
    lastFilter = filter;
    lastLimit = limit;
    List<Job> mine = jobs.stream().filter(j -> j.tenant().equals(tenant)).toList();
    return Future.succeededFuture(
        new Page<>(
            mine.subList(0, Math.min(limit, mine.size())), mine.size() > limit ? "c" : null));
  }

  @Override
  public Future<CancelResult> cancel(TenantId tenant, JobId id, Instant now) {
    return find(tenant, id)
        .map(found -> found.map(FakeJobs::cancel).orElse(new CancelResult.Unknown()));
  }

  private static CancelResult cancel(Job job) {
    return switch (job.state()) {
      case QUEUED, CANCELED -> new CancelResult.Canceled(job);
      case RUNNING -> new CancelResult.Requested(job);
      default -> new CancelResult.EndedOtherwise(job);
    };
  }

  @Override
  public Future<Optional<ResultSource>> resultSource(TenantId tenant, JobId id) {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public Future<Long> countOverdue() {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Map<String, Long>> countLive() {
    return Future.succeededFuture(Map.of());
  }
}
