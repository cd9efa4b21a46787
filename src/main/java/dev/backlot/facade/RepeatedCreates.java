package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the job of the create that another one repeats, in the store's books. Of a create of
 * another node it is not known whether its client still waits, so its answer is waited for: it is
 * out, or lost, or late. One instance per event loop.
 */
final class RepeatedCreates {
  private final LostReplies lost;

  RepeatedCreates(LostReplies lost) {
    this.lost = lost;
  }

  /** Empty when there is none, and when nobody waits for it any more. */
  Future<Optional<JobId>> first(TenantId tenant, ClientReply reply, PendingRequest<?> create) {
    return lost.of(tenant, reply)
        .compose(
            job ->
                job.isPresent() || !create.looksAround()
                    ? Future.succeededFuture(job)
                    : lost.onTheirWay(tenant, reply)
                        .compose(jobs -> outOrLost(tenant, reply, create, jobs)));
  }

  /** Those that come meanwhile wait for this one, not the other way round. */
  private Future<Optional<JobId>> outOrLost(
      TenantId tenant, ClientReply reply, PendingRequest<?> create, Set<JobId> jobs) {
    if (jobs.isEmpty()) {
      create.looked();
    }
    if (jobs.isEmpty() || !lost.isAwaited(reply)) {
      return Future.succeededFuture(Optional.empty());
    }
    return create
        .pause()
        .compose(waited -> lost.of(tenant, reply))
        .compose(
            job ->
                job.isPresent()
                    ? Future.succeededFuture(job)
                    : lost.onTheirWay(tenant, reply)
                        .compose(now -> outOrLost(tenant, reply, create, both(jobs, now))));
  }

  private static Set<JobId> both(Set<JobId> some, Set<JobId> others) {
    Set<JobId> both = new HashSet<>(some);
    both.retainAll(others);
    return both;
  }
}
