package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Asker;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.JobId;
import dev.backlot.groupcommit.GroupCommit;
import dev.backlot.port.ClientReplies;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some clients send a create or a call again when its answer was lost, without an id of their own
 * by which it could be known: within a window they get the first one, not another one to pay for.
 * An answer is delivered when the last byte of it was written to a connection that was open. One
 * instance per event loop.
 *
 * <p>What cannot be noted costs nobody anything but that one identical request within the window is
 * taken for a repeat.
 */
final class LostReplies {
  private static final Logger LOG = LoggerFactory.getLogger(LostReplies.class);
  private static final int GROUPS_IN_FLIGHT = 1;

  /** Above it an answer is not noted as delivered. */
  private static final int MAX_WAITING = 10_000;

  private final ClientReplies replies;
  private final Duration within;
  private final Duration window;
  private final InstantSource clock;
  private final GroupCommit<UUID, Boolean> delivered;

  /**
   * @param within after which a create is answered that nobody knows
   * @param window zero for none: then every create is a new job, and every call a new call
   */
  LostReplies(ClientReplies replies, Duration within, Duration window, InstantSource clock) {
    this.replies = replies;
    this.within = within;
    this.window = window;
    this.clock = clock;
    this.delivered =
        new GroupCommit<>(this::note, ClientReplies.MAX_DELIVERED, GROUPS_IN_FLIGHT, MAX_WAITING);
  }

  boolean areLookedFor() {
    return !window.isZero();
  }

  /** The job that this create has made before, when the answer to that was lost. */
  Future<Optional<JobId>> of(TenantId tenant, ClientReply reply) {
    return replies.takeLost(tenant, reply, clock.instant());
  }

  /** Jobs of creates that are the same, of whose clients this node knows nothing. */
  Future<Set<JobId>> onTheirWay(TenantId tenant, ClientReply reply) {
    return replies.onTheirWay(tenant, reply, clock.instant());
  }

  /** By which a create is known again. */
  ClientReply reply(String digest, Instant askedAt, Asker asker) {
    return new ClientReply(digest, askedAt, within, window, asker);
  }

  /** Whether somebody waits for it still. */
  boolean isAwaited(ClientReply reply) {
    return clock.instant().isBefore(reply.due());
  }

  /**
   * To be called once with each answer.
   *
   * @param made the id of the job or the call
   * @param written fails when the client is gone
   * @return when it has been noted, or could not be
   */
  Future<Void> answered(UUID made, Future<Void> written) {
    return written.transform(out -> out.succeeded() ? delivered(made) : lost(made));
  }

  private Future<Void> delivered(UUID made) {
    return delivered.offer(made).map(Future::<Void>mapEmpty).orElseGet(Future::succeededFuture);
  }

  /** Whoever waits for the answer is gone. */
  Future<Void> lost(UUID made) {
    return replies
        .lost(made, clock.instant())
        .onSuccess(noted -> LOG.atDebug().addKeyValue("made", made).log("an answer was lost"))
        .onFailure(
            failure -> LOG.atWarn().addKeyValue("made", made).log("a lost answer was not noted"));
  }

  private Future<List<Boolean>> note(List<UUID> made) {
    return replies
        .delivered(made, clock.instant().minus(window.multipliedBy(2)))
        .onFailure(
            failure ->
                LOG.atWarn().addKeyValue("answers", made.size()).log("answers were not noted"))
        .map(noted -> made.stream().map(each -> true).toList());
  }
}
