package dev.backlot.dispatch;

import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.port.NodeReports;
import dev.backlot.port.StrandedJobs;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job is failed, held or given to another model for want of somebody who can run it only while
 * every live node is known to offer the same kinds and models: during a roll the next version may
 * run what this one has never heard of. Until then it stays in its place.
 */
public final class AgreedStrandedJobs implements StrandedJobs {
  private static final Logger LOG = LoggerFactory.getLogger(AgreedStrandedJobs.class);

  private final StrandedJobs stranded;
  private final NodeReports reports;
  private final Supplier<String> offer;

  /**
   * @param offer of this node's catalog, as it reports it
   */
  public AgreedStrandedJobs(StrandedJobs stranded, NodeReports reports, Supplier<String> offer) {
    this.stranded = stranded;
    this.reports = reports;
    this.offer = offer;
  }

  @Override
  public Future<Integer> hold(Collection<JobId> queued, String reason, Instant now) {
    return whenAgreed(queued, () -> stranded.hold(queued, reason, now));
  }

  @Override
  public Future<Integer> fail(Collection<JobId> queued, JobError error, Instant now) {
    return whenAgreed(queued, () -> stranded.fail(queued, error, now));
  }

  private Future<Integer> whenAgreed(Collection<JobId> queued, Supplier<Future<Integer>> aside) {
    return reports
        .differing(offer.get())
        .compose(
            differing -> {
              if (differing == 0) {
                return aside.get();
              }
              LOG.atWarn()
                  .addKeyValue("jobs", queued.size())
                  .log(
                      "jobs that this node cannot run wait for one with another catalog: nodes"
                          + " differ in their kinds or models, as they do during a roll");
              return Future.succeededFuture(0);
            });
  }

  @Override
  public Future<Integer> replace(Map<JobId, StandIn> by, String reason, Instant now) {
    return stranded.replace(by, reason, now);
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
