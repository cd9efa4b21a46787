package dev.backlot.alerting;

import dev.backlot.port.Orphans;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.TaskList;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Has the orphans that the test sets; nothing else is asked of it. */
final class FakeOrphans implements Orphans {
  private Supplier<Future<List<Tally>>> tallies = () -> Future.succeededFuture(List.of());

  void set(Tally... now) {
    tallies = () -> Future.succeededFuture(List.of(now));
  }

  void fail() {
    tallies = () -> Future.failedFuture("permission denied");
  }

  void crash() {
    tallies =
        () -> {
          throw new IllegalStateException("a bug");
        };
  }

  @Override
  public Future<List<Tally>> tally(Instant foundSince) {
    return tallies.get();
  }

  @Override
  public Future<Instant> sweptTo(TaskList list) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Found>> record(TaskList list, List<Listed> tasks, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Void> swept(TaskList list, Instant to) {
    return Future.failedFuture("not asked");
  }
}
