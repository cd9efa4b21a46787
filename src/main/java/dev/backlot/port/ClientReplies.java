package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Creates, and calls that are answered at once, whose answer has not been delivered. Kept with the
 * job or the call in one transaction (see {@code ClientTerms} and {@code NewCall}), so that another
 * node knows of it when this one dies before it could answer.
 */
public interface ClientReplies {
  /** Most jobs and calls of one {@link #delivered}. */
  int MAX_DELIVERED = 500;

  /** Most jobs of one {@link #onTheirWay}. */
  int ON_THEIR_WAY_MAX = 100;

  /**
   * An answer to a call takes less than this, once there is one: what is not delivered by then
   * counts as lost, even when nobody is there to say so.
   */
  Duration GRACE = Duration.ofSeconds(2);

  /**
   * The job of an earlier create that is the same, whose answer was lost within the window of this
   * one. An answer that was not delivered within its time counts as lost, even when nobody is there
   * to say so. It counts as being answered from now on, so that each lost answer is given again
   * once at a time.
   *
   * @param reply of this one
   */
  Future<Optional<JobId>> takeLost(TenantId tenant, ClientReply reply, Instant now);

  /**
   * The jobs of creates that are the same and whose answers are neither out nor lost, without those
   * of which this node knows more: their clients may be gone. The oldest {@value
   * #ON_THEIR_WAY_MAX}.
   */
  Future<Set<JobId>> onTheirWay(TenantId tenant, ClientReply reply, Instant now);

  /**
   * Likewise the call, lost within the window before now; it may still be under way. One that has
   * failed is none: nothing was paid for it.
   *
   * @param beside those are lost only if somebody has said so
   */
  Future<Optional<CallId>> takeLostCall(
      TenantId tenant, String digest, Duration window, Set<UUID> beside, Instant now);

  /**
   * A call with this digest of which it is not known that its answer was lost: one under way, or
   * being answered, or else one whose outcome became unknown within the window, which is no answer
   * to anybody.
   *
   * @param beside those do not count
   */
  Future<Optional<Unanswered>> unanswered(
      TenantId tenant, String digest, Duration window, Set<UUID> beside, Instant now);

  /** Of a call. */
  record Unanswered(CallId id, boolean isUnknown) {}

  /**
   * Answers to these jobs and calls are out. Also forgets some of those that are older than that.
   */
  Future<Void> delivered(List<UUID> made, Instant olderThan);

  /** The answer to this job or call could not be delivered. */
  Future<Void> lost(UUID made, Instant now);
}
