package dev.backlot.port;

import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What looks at the provider's bills have found, for whoever runs the installation. */
public interface BillDays {

  /**
   * @param state {@code open}, or {@code closed} when it is not looked at again by itself
   * @param isLooking a look is under way or asked for
   * @param lookedAt when the last complete look had begun; null before the first
   * @param pending tasks of the day that have no end here yet
   * @param missing tasks that were paid for and are not in the export
   * @param unreadable rows of the export that say too little
   */
  record Day(
      String account,
      LocalDate day,
      String state,
      boolean isLooking,
      @Nullable Instant lookedAt,
      @Nullable Instant closedAt,
      int pending,
      int missing,
      int unreadable,
      List<Sum> sums) {
    public Day {
      sums = List.copyOf(sums);
    }
  }

  /**
   * @param billed by the export
   * @param drift booked to provider-drift by looks at this day, signed
   * @param loss booked to provider-loss, likewise
   * @param missing paid for and not in the export
   */
  record Sum(
      Asset asset,
      Credits billed,
      int rows,
      int foreignRows,
      Credits drift,
      Credits loss,
      Credits missing) {

    /** What the books had of it before they were corrected. */
    public Credits booked() {
      return billed.minus(drift).minus(loss);
    }
  }

  /**
   * A difference.
   *
   * @param taskId empty when not even that could be read
   * @param correction what was booked, signed; null when nothing was
   * @param house {@code drift} or {@code loss}, likewise
   */
  record Item(
      long id,
      String account,
      LocalDate day,
      Finding kind,
      String taskId,
      @Nullable Asset asset,
      @Nullable Credits billed,
      @Nullable Credits booked,
      @Nullable Credits correction,
      @Nullable String house,
      @Nullable UUID attempt,
      @Nullable UUID job,
      Instant at) {}

  /**
   * Newest first; of one day by account.
   *
   * @param account null for all
   * @param to inclusive
   * @param after the last one of the page before; null for the first page
   */
  Future<List<Day>> days(
      @Nullable String account, LocalDate from, LocalDate to, @Nullable Place after, int limit);

  record Place(LocalDate day, String account) {}

  /**
   * Newest first.
   *
   * @param before the last one of the page before; {@link Long#MAX_VALUE} for the first page
   */
  Future<List<Item>> items(Wanted wanted, long before, int limit);

  /** Each null for all. */
  record Wanted(@Nullable String account, @Nullable LocalDate day, @Nullable Finding kind) {}

  /** Has a day looked at as soon as somebody can, whatever its state. */
  Future<Day> ask(Place day, Instant now);

  /**
   * @param apart what was booked in either direction, without its signs, and what is missing
   */
  record Drift(String account, Asset asset, Credits billed, Credits apart) {}

  /** By account and asset, over the days that were looked at after a time. */
  Future<List<Drift>> drift(Instant lookedAfter);

  /**
   * Calls that are answered at once, whose outcome nobody knows, and about which no bill has
   * decided.
   *
   * @param calls how many
   * @param oldest when the first of them was sent
   */
  record Undecided(String account, int calls, Instant oldest) {}

  /** By account; those that have none are missing. */
  Future<List<Undecided>> undecided(Instant sentBefore);

  /**
   * @param lookedAt when the last complete look at any day of the account had begun
   */
  record LastLook(String account, Instant lookedAt) {}

  Future<List<LastLook>> lastLooks();
}
