package dev.backlot.alerting;

import dev.backlot.port.BillDays;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has the differences that the test sets; nothing else is asked of it. */
final class FakeBills implements BillDays {
  private List<Drift> drifts = List.of();

  void set(Drift... now) {
    drifts = List.of(now);
  }

  @Override
  public Future<List<Drift>> drift(Instant lookedAfter) {
    return Future.succeededFuture(drifts);
  }

  @Override
  public Future<List<LastLook>> lastLooks() {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Day>> days(
      @Nullable String account, LocalDate from, LocalDate to, @Nullable Place after, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Item>> items(Wanted wanted, long before, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Day> ask(Place day, Instant now) {
    return Future.failedFuture("not asked");
  }
}
