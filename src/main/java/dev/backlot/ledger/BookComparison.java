package dev.backlot.ledger;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.BillLooks;
import dev.backlot.port.BillLooks.Look;
import dev.backlot.port.BillLooks.Maker;
import dev.backlot.port.BillLooks.Unowned;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the attempts of a day, and then through what the export has beyond them, a batch at
 * a time. There is no index from a task to its attempt, which every submit would pay for: so it is
 * the attempts that are looked up in the export, and the few tasks that are left that are searched
 * for. Confined to one event loop.
 */
final class BookComparison {
  /** The provider forgets its tasks sooner than that. */
  private static final Duration SEARCHED = Duration.ofDays(35);

  private final BillLooks looks;
  private final NodeLease lease;
  private final InstantSource clock;

  /**
   * @param from when the first attempt was made
   * @param until exclusive
   * @param listedBy what was closed before it should be in the export
   * @param hold takes the duty anew
   */
  private record Walk(
      Look look, Instant from, Instant until, Instant listedBy, Supplier<Future<Boolean>> hold) {}

  BookComparison(BillLooks looks, NodeLease lease, InstantSource clock) {
    this.looks = looks;
    this.lease = lease;
    this.clock = clock;
  }

  /** Whether the look was ours to its end. */
  Future<Boolean> run(
      Look look, Instant from, Instant until, Instant listedBy, Supplier<Future<Boolean>> hold) {
    Walk walk = new Walk(look, from, until, listedBy, hold);
    return looks
        .openBooks(lease, look)
        .compose(ours -> ours ? attempts(walk, null) : no())
        .compose(ours -> ours ? others(walk, "") : no());
  }

  private Future<Boolean> attempts(Walk walk, @Nullable UUID after) {
    return looks
        .attempts(walk.look().account(), walk.from(), walk.until(), after, BillLooks.MAX_BATCH)
        .compose(
            page ->
                page.isEmpty()
                    ? Future.succeededFuture(true)
                    : compareAttempts(walk, page)
                        .compose(ours -> ours ? walk.hold().get() : no())
                        .compose(ours -> ours ? attempts(walk, page.get(page.size() - 1)) : no()));
  }

  private Future<Boolean> compareAttempts(Walk walk, List<UUID> attempts) {
    return attempts.isEmpty()
        ? Future.succeededFuture(true)
        : looks.compareAttempts(lease, walk.look(), attempts, walk.listedBy(), clock.instant());
  }

  private Future<Boolean> others(Walk walk, String after) {
    return looks
        .unowned(walk.look(), after, BillLooks.MAX_BATCH)
        .compose(
            page ->
                page.isEmpty()
                    ? Future.succeededFuture(true)
                    : compareOthers(walk, page)
                        .compose(ours -> ours ? walk.hold().get() : no())
                        .compose(
                            ours ->
                                ours ? others(walk, page.get(page.size() - 1).taskId()) : no()));
  }

  private Future<Boolean> compareOthers(Walk walk, List<Unowned> page) {
    return makers(walk, page.stream().filter(Unowned::isNew).map(Unowned::taskId).toList())
        .compose(
            makers ->
                compareAttempts(walk, makers.stream().map(Maker::attempt).toList())
                    .compose(ours -> ours ? compareForeign(walk, page, makers) : no()));
  }

  private Future<List<Maker>> makers(Walk walk, List<String> tasks) {
    return tasks.isEmpty()
        ? Future.succeededFuture(List.of())
        : looks.makers(walk.look().account(), tasks, walk.until().minus(SEARCHED), walk.until());
  }

  private Future<Boolean> compareForeign(Walk walk, List<Unowned> page, List<Maker> makers) {
    Set<String> ours = new HashSet<>();
    makers.forEach(maker -> ours.add(maker.taskId()));
    List<String> foreign =
        page.stream().map(Unowned::taskId).filter(task -> !ours.contains(task)).toList();
    return foreign.isEmpty()
        ? Future.succeededFuture(true)
        : looks.compareOthers(lease, walk.look(), foreign, walk.listedBy(), clock.instant());
  }

  private static Future<Boolean> no() {
    return Future.succeededFuture(false);
  }
}
