package dev.backlot.domain.bill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.bill.Verdict.Correction;
import dev.backlot.domain.bill.Verdict.House;
import dev.backlot.domain.bill.Verdict.Listed;
import dev.backlot.domain.bill.Verdict.Matched;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchingTest {
  private static final Instant CLOSED = Instant.parse("2026-06-01T10:00:00Z");
  private static final Instant LATER = CLOSED.plusSeconds(1);

  /** The whole table for a task of ours that is in the export and at its end. */
  @ParameterizedTest(name = "billed {0}, booked {1}, corrected {2}: {3} to {4}")
  @CsvSource({
    "3, 3,  0, 0,    -",
    "5, 3,  0, 2,    DRIFT",
    "2, 3,  0, -1,   DRIFT",
    "0, 3,  0, -3,   DRIFT",
    "5, 3,  2, 0,    -",
    "4, 3,  2, -1,   DRIFT",
    "3, 3, -1, 1,    DRIFT",
    "0.000001, 0, 0, 0.000001, DRIFT",
  })
  void what_a_tenant_paid_for(
      Credits billed, Credits booked, Credits corrected, Credits difference, String house) {
    Verdict verdict = judge(billed, ours(true, booked), corrected);

    if (house.equals("-")) {
      assertThat(verdict).isInstanceOf(Matched.class);
      return;
    }
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Correction.class,
            correction -> {
              assertThat(correction.amount()).isEqualTo(difference);
              assertThat(correction.house()).isEqualTo(House.valueOf(house));
              assertThat(correction.booked()).isEqualTo(booked.plus(corrected));
            });
  }

  @ParameterizedTest
  @CsvSource({"2, 0, 2", "2, 3, -1"})
  void what_no_tenant_paid_for_is_loss(Credits billed, Credits booked, Credits difference) {
    assertThat(judge(billed, ours(false, booked), Credits.ZERO))
        .isEqualTo(new Correction(Finding.DIFFERENT, House.LOSS, booked, difference));
  }

  @Test
  void a_task_that_nobody_here_has_made_is_loss() {
    assertThat(judge(Credits.of("4"), null, Credits.ZERO))
        .isEqualTo(new Correction(Finding.FOREIGN, House.LOSS, Credits.ZERO, Credits.of("4")));
  }

  @Test
  void a_foreign_task_is_booked_once() {
    assertThat(judge(Credits.of("4"), null, Credits.of("4"))).isInstanceOf(Matched.class);
  }

  @Test
  void a_foreign_task_that_is_given_back_gives_back_the_loss() {
    assertThat(judge(Credits.ZERO, null, Credits.of("4")))
        .isEqualTo(new Correction(Finding.FOREIGN, House.LOSS, Credits.of("4"), Credits.of("-4")));
  }

  @Test
  void a_task_without_an_end_waits() {
    OurTask open =
        new OurTask(UUID.randomUUID(), null, Asset.VIDEO_UNIT, true, false, Credits.ZERO, null);

    assertThat(judge(Credits.of("3"), open, Credits.ZERO))
        .isEqualTo(new Listed(Finding.PENDING, Credits.ZERO));
  }

  @Test
  void what_was_paid_for_and_is_not_in_the_export_is_missing() {
    assertThat(unlisted(ours(true, Credits.of("3")), LATER))
        .isEqualTo(new Listed(Finding.MISSING, Credits.of("3")));
  }

  @Test
  void what_the_export_need_not_have_yet_is_not_missing() {
    assertThat(unlisted(ours(true, Credits.of("3")), CLOSED)).isInstanceOf(Matched.class);
  }

  @Test
  void what_cost_nothing_is_not_missing() {
    assertThat(unlisted(ours(false, Credits.ZERO), LATER)).isInstanceOf(Matched.class);
  }

  @Test
  void what_was_paid_in_money_takes_the_place_of_the_units() {
    OurTask ours = ours(true, Credits.of("3"));
    TaskBill units =
        new TaskBill("t", Asset.VIDEO_UNIT, Credits.ZERO, 0, true, ours, Credits.ZERO, 0);
    TaskBill money =
        new TaskBill("t", Asset.USD, Credits.of("0.42"), 1, true, ours, Credits.ZERO, 0);

    assertThat(Matching.judge(units, LATER))
        .isEqualTo(
            new Correction(Finding.OTHER_ASSET, House.DRIFT, Credits.of("3"), Credits.of("-3")));
    assertThat(Matching.judge(money, LATER))
        .isEqualTo(
            new Correction(Finding.OTHER_ASSET, House.DRIFT, Credits.ZERO, Credits.of("0.42")));
  }

  @Test
  void more_given_back_than_billed_is_listed_and_not_booked() {
    assertThat(judge(Credits.of("-1"), ours(true, Credits.of("3")), Credits.ZERO))
        .isEqualTo(new Listed(Finding.DIFFERENT, Credits.of("3")));
  }

  private static Verdict judge(Credits billed, @Nullable OurTask ours, Credits corrected) {
    return Matching.judge(
        new TaskBill("t", Asset.VIDEO_UNIT, billed, 1, true, ours, corrected, 0), LATER);
  }

  private static Verdict unlisted(OurTask ours, Instant listedBy) {
    return Matching.judge(
        new TaskBill("t", Asset.VIDEO_UNIT, Credits.ZERO, 0, false, ours, Credits.ZERO, 0),
        listedBy);
  }

  private static OurTask ours(boolean paid, Credits booked) {
    return new OurTask(
        UUID.randomUUID(), UUID.randomUUID(), Asset.VIDEO_UNIT, false, paid, booked, CLOSED);
  }
}
