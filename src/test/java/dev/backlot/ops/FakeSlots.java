package dev.backlot.ops;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Tells its slots; nothing else is asked of it. */
record FakeSlots(List<SlotUse> slots) implements Dispatches {
  @Override
  public Future<List<SlotUse>> slotUse() {
    return Future.succeededFuture(slots);
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
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Integer> ripen(int limit, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Integer> expire(int limit, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Fact>> record(List<Fact> facts, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Integer> probeCeilings(Instant before, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Unresolved>> unresolved(NodeLease lease, Instant claimedBefore, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Void> configureSlots(List<SlotLimit> limits, Instant now) {
    return Future.failedFuture("not asked");
  }
}
