package dev.backlot.fallback;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.port.StrandedJobs;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stranded jobs that another model takes over where one may, before they are held or failed. Those
 * it takes over are counted like those that are put aside.
 */
public final class FallbackStrandedJobs implements StrandedJobs {
  private static final String REASON = ErrorCode.MODEL_UNAVAILABLE.slug();

  private final StrandedJobs stranded;
  private final ModelChoice models;

  public FallbackStrandedJobs(StrandedJobs stranded, ModelChoice models) {
    this.stranded = stranded;
    this.models = models;
  }

  @Override
  public Future<Integer> hold(Collection<JobId> queued, String reason, Instant now) {
    return replaceOr(queued, rest -> stranded.hold(rest, reason, now), now);
  }

  @Override
  public Future<Integer> fail(Collection<JobId> queued, JobError error, Instant now) {
    return replaceOr(queued, rest -> stranded.fail(rest, error, now), now);
  }

  private Future<Integer> replaceOr(
      Collection<JobId> queued, Function<List<JobId>, Future<Integer>> aside, Instant now) {
    return models
        .of(queued)
        .compose(
            by -> {
              List<JobId> rest = queued.stream().filter(job -> !by.containsKey(job)).toList();
              return replace(by, REASON, now)
                  .compose(replaced -> aside(rest, aside).map(count -> replaced + count));
            });
  }

  private static Future<Integer> aside(
      List<JobId> rest, Function<List<JobId>, Future<Integer>> aside) {
    return rest.isEmpty() ? Future.succeededFuture(0) : aside.apply(rest);
  }

  @Override
  public Future<Integer> replace(Map<JobId, StandIn> by, String reason, Instant now) {
    return by.isEmpty() ? Future.succeededFuture(0) : stranded.replace(by, reason, now);
  }

  @Override
  public Future<List<JobId>> withoutSlots(List<String> pools, List<String> accounts, int limit) {
    return stranded.withoutSlots(pools, accounts, limit);
  }

  @Override
  public Future<List<Held>> held(String reason, @Nullable JobId after, int limit) {
    return stranded.held(reason, after, limit);
  }

  @Override
  public Future<Integer> release(String reason, List<Release> released, Instant now) {
    return stranded.release(reason, released, now);
  }
}
