package dev.backlot.benchmark;

import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Stores groups one after the other for one turn: one writer, one group in flight. */
final class GroupLoop implements Rounds.Side {
  private final Tenants tenants;
  private final SampleJob sample;
  private final int group;
  private final Duration turn;
  private final Function<List<Submission>, Future<?>> store;
  private int next;

  /**
   * @param effort a group has as many jobs as requests can wait over HTTP
   * @param store completes when the group is on disk
   */
  GroupLoop(
      Tenants tenants,
      SampleJob sample,
      Effort effort,
      Function<List<Submission>, Future<?>> store) {
    this.tenants = tenants;
    this.sample = sample;
    this.group = effort.connections();
    this.turn = effort.turn();
    this.store = store;
  }

  @Override
  public Sample measure() {
    long begun = System.nanoTime();
    int stored = 0;
    while (System.nanoTime() - begun < turn.toNanos()) {
      Await.result(store.apply(nextGroup()));
      stored += group;
    }
    return Sample.ofJobs(stored / ((System.nanoTime() - begun) / 1e9));
  }

  private List<Submission> nextGroup() {
    return IntStream.range(0, group)
        .mapToObj(i -> sample.of(tenants.ids().get(next++ % Tenants.COUNT)))
        .toList();
  }
}
