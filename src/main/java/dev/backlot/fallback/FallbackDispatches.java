package dev.backlot.fallback;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.NowherePolicy;
import dev.backlot.domain.job.StandIn;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Facts in which another model takes a job over when its own is refused. When none may, the job
 * fails or is held, by policy. What any other refusal, or an open breaker, does is left as it is: a
 * job goes to another account for those, never to another model.
 */
public final class FallbackDispatches implements Dispatches {
  private static final String REASON = ErrorCode.MODEL_UNAVAILABLE.slug();

  private final Dispatches dispatches;
  private final ModelChoice models;
  private final NowherePolicy policy;

  /**
   * @param policy for jobs that no other model may take over
   */
  public FallbackDispatches(Dispatches dispatches, ModelChoice models, NowherePolicy policy) {
    this.dispatches = dispatches;
    this.models = models;
    this.policy = policy;
  }

  @Override
  public Future<List<Fact>> record(List<Fact> facts, Instant now) {
    List<JobId> refused =
        facts.stream()
            .filter(FallbackDispatches::isOfItsModel)
            .map(fact -> fact.ref().job())
            .toList();
    return models.of(refused).compose(standIns -> record(facts, standIns, now));
  }

  /** Answers with the facts as they were given: whoever gave them looks for those. */
  private Future<List<Fact>> record(List<Fact> facts, Map<JobId, StandIn> standIns, Instant now) {
    List<Fact> decided = facts.stream().map(fact -> decide(fact, standIns)).toList();
    return dispatches
        .record(decided, now)
        .map(
            applied -> {
              Set<Fact> known = new HashSet<>(applied);
              return IntStream.range(0, facts.size())
                  .filter(i -> known.contains(decided.get(i)))
                  .mapToObj(facts::get)
                  .toList();
            });
  }

  private Fact decide(Fact fact, Map<JobId, StandIn> standIns) {
    if (!isOfItsModel(fact) || !(fact instanceof Fact.Rejected refused)) {
      return fact;
    }
    StandIn by = standIns.get(fact.ref().job());
    if (by != null) {
      return new Fact.Replaced(refused.ref(), refused.why(), by, REASON);
    }
    return policy == NowherePolicy.HOLD
        ? new Fact.HeldBack(refused.ref(), refused.why(), HeldReason.MODEL_REFUSED)
        : refused;
  }

  /** An abandoned attempt never makes room for another one (promise P2). */
  private static boolean isOfItsModel(Fact fact) {
    return fact instanceof Fact.Rejected refused
        && refused.error().code() == ErrorCode.MODEL_UNAVAILABLE
        && refused.why() != Closing.ABANDONED;
  }

  @Override
  public Future<Claims> claim(
      NodeLease lease,
      List<String> pools,
      List<String> accounts,
      List<Pack> shut,
      int limit,
      Planner planner,
      Instant now) {
    return dispatches.claim(lease, pools, accounts, shut, limit, planner, now);
  }

  @Override
  public Future<Integer> ripen(int limit, Instant now) {
    return dispatches.ripen(limit, now);
  }

  @Override
  public Future<Integer> expire(int limit, Instant now) {
    return dispatches.expire(limit, now);
  }

  @Override
  public Future<Integer> probeCeilings(Instant before, Instant now) {
    return dispatches.probeCeilings(before, now);
  }

  @Override
  public Future<List<Unresolved>> unresolved(NodeLease lease, Instant claimedBefore, int limit) {
    return dispatches.unresolved(lease, claimedBefore, limit);
  }

  @Override
  public Future<Void> configureSlots(List<SlotLimit> limits, Instant now) {
    return dispatches.configureSlots(limits, now);
  }

  @Override
  public Future<List<SlotUse>> slotUse() {
    return dispatches.slotUse();
  }
}
