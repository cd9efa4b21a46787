package dev.backlot.ops;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.BillDays;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One account with a difference and a last look; nothing else is asked of it. */
final class FakeBillDays implements BillDays {
  private final Instant lookedAt;

  FakeBillDays(Instant lookedAt) {
    this.lookedAt = lookedAt;
  }

  @Override
  public Future<List<Drift>> drift(Instant lookedAfter) {
    return Future.succeededFuture(
        List.of(new Drift("main", Asset.VIDEO_UNIT, Credits.of("20"), Credits.of("1.5"))));
  }

  @Override
  public Future<List<LastLook>> lastLooks() {
    return Future.succeededFuture(List.of(new LastLook("main", lookedAt)));
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
