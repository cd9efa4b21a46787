package dev.backlot.port;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has what the test sets; nothing else is asked of it. */
public final class FakeBillDays implements BillDays {
  private List<Drift> drifts = List.of();
  private List<LastLook> looks = List.of();
  private List<Undecided> undecided = List.of();
  private Instant askedBefore = Instant.EPOCH;

  /** One account with a difference, a last look and a call sent then that is undecided. */
  public static FakeBillDays lookedAt(Instant at) {
    FakeBillDays days = new FakeBillDays();
    days.set(new Drift("main", Asset.VIDEO_UNIT, Credits.of("20"), Credits.of("1.5")));
    days.looks = List.of(new LastLook("main", at));
    days.undecided = List.of(new Undecided("main", 1, at));
    return days;
  }

  public void set(Drift... now) {
    drifts = List.of(now);
  }

  public void undecided(Undecided... now) {
    undecided = List.of(now);
  }

  /** The time of the last question for undecided calls. */
  public Instant askedBefore() {
    return askedBefore;
  }

  @Override
  public Future<List<Undecided>> undecided(Instant sentBefore) {
    askedBefore = sentBefore;
    return Future.succeededFuture(undecided);
  }

  @Override
  public Future<List<Drift>> drift(Instant lookedAfter) {
    return Future.succeededFuture(drifts);
  }

  @Override
  public Future<List<LastLook>> lastLooks() {
    return Future.succeededFuture(looks);
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
