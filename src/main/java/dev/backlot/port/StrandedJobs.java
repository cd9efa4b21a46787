package dev.backlot.port;

import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.port.Fallbacks.Candidate;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jobs that can run nowhere: put aside, and let go when they can. */
public interface StrandedJobs {
  /** Most jobs of one call. */
  int MAX_BATCH = 200;

  /**
   * queued -> held, with the reservation. Those that somebody else is moving are left out.
   *
   * @param reason of {@link dev.backlot.domain.job.HeldReason}
   * @return how many are held by this call
   */
  Future<Integer> hold(Collection<JobId> queued, String reason, Instant now);

  /**
   * queued -> failed, and the reservation is released. Those that somebody else is moving are left
   * out.
   *
   * @return how many have failed by this call
   */
  Future<Integer> fail(Collection<JobId> queued, JobError error, Instant now);

  /**
   * queued -> queued, with another model, in their old places. Those that have not the model any
   * more that it takes them from, or that somebody else is moving, are left out.
   *
   * @param by what takes each of them over
   * @param reason for the events
   * @return how many go on with another model by this call
   */
  Future<Integer> replace(Map<JobId, StandIn> by, String reason, Instant now);

  /**
   * Queued jobs that need more slots than any of these accounts has, free or not. A claim never
   * sees them: it looks at jobs for which there is room.
   *
   * @return at most {@code limit} of them
   */
  Future<List<JobId>> withoutSlots(List<String> pools, List<String> accounts, int limit);

  /**
   * Those that are held for one reason, page by page in the order of their ids. A job of a batch
   * that is not open is left out: it would have to wait for its batch.
   *
   * @param after the last of the page before; null for the first page
   */
  Future<List<Held>> held(String reason, @Nullable JobId after, int limit);

  /**
   * @param mayFallBack whether its caller allows that another model stands in
   */
  record Held(JobId job, Candidate candidate, boolean mayFallBack) {}

  /**
   * held -> queued, in their old places. Those that are held for another reason by now, whose batch
   * is not open any more, or that somebody else is moving or changing the batch of, are left out.
   *
   * @return how many are queued by this call
   */
  Future<Integer> release(String reason, List<Release> released, Instant now);

  /**
   * @param by another model that takes it over; null for its own
   */
  record Release(JobId job, @Nullable StandIn by) {}
}
