package dev.backlot.dispatch;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** A store in whose node something may happen between a commit and its answer. */
final class ThawedStore implements Dispatches {
  Runnable afterClaim = () -> {};
  Runnable afterSendingAgain = () -> {};

  private final Dispatches store;

  ThawedStore(Dispatches store) {
    this.store = store;
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
    return store
        .claim(lease, pools, accounts, shut, limit, planner, now)
        .onSuccess(claimed -> afterClaim.run());
  }

  @Override
  public Future<List<Fact>> record(List<Fact> facts, Instant now) {
    boolean again = facts.stream().anyMatch(Fact.SendingAgain.class::isInstance);
    return store
        .record(facts, now)
        .onSuccess(
            applied -> {
              if (again) {
                afterSendingAgain.run();
              }
            });
  }

  @Override
  public Future<Integer> ripen(int limit, Instant now) {
    return store.ripen(limit, now);
  }

  @Override
  public Future<Integer> expire(int limit, Instant now) {
    return store.expire(limit, now);
  }

  @Override
  public Future<Integer> probeCeilings(Instant before, Instant now) {
    return store.probeCeilings(before, now);
  }

  @Override
  public Future<List<Unresolved>> unresolved(NodeLease lease, Instant claimedBefore, int limit) {
    return store.unresolved(lease, claimedBefore, limit);
  }

  @Override
  public Future<Void> configureSlots(List<SlotLimit> limits, Instant now) {
    return store.configureSlots(limits, now);
  }

  @Override
  public Future<List<SlotUse>> slotUse() {
    return store.slotUse();
  }
}
