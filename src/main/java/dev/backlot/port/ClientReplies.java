package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Creates whose answer has not been delivered. Kept with the job in one transaction (see {@code
 * ClientTerms}), so that another node knows of it when this one dies before it could answer.
 */
public interface ClientReplies {
  /** Most jobs of one {@link #delivered}. */
  int MAX_DELIVERED = 500;

  /**
   * The job of an earlier create that is the same, whose answer was lost within the window of this
   * one. An answer that was not delivered within its time counts as lost, even when nobody is there
   * to say so. It counts as being answered from now on, so that each lost answer is given again
   * once at a time.
   *
   * @param reply of this one
   */
  Future<Optional<JobId>> takeLost(TenantId tenant, ClientReply reply, Instant now);

  /** Their answers are out. Also forgets some of those that are older than that. */
  Future<Void> delivered(List<JobId> jobs, Instant olderThan);

  /** Its answer could not be delivered. */
  Future<Void> lost(JobId job, Instant now);
}
