package dev.backlot.domain.bill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallMatchingTest {
  private static final Instant START = Instant.parse("2026-06-01T10:00:00Z");
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final boolean DONE = false;
  private static final boolean UNKNOWN = true;

  @Test
  void a_call_is_known_by_what_was_done_and_when() {
    CallBill call = call(1, UNKNOWN, 0, null);
    BillRow row = row("a", 1);

    assertThat(match(List.of(row), call)).containsExactly(Map.entry(call, row));
  }

  @Test
  void another_product_or_another_time_is_none_of_it() {
    CallBill call = call(1, UNKNOWN, 0, null);
    BillRow speech = new BillRow("a", "a", Asset.VIDEO_UNIT, Credits.of("0.05"), START, "tts");

    assertThat(match(List.of(speech, row("b", 6 * 60)), call)).isEmpty();
  }

  @Test
  void of_two_unknown_calls_and_one_row_the_first_has_it() {
    CallBill first = call(1, UNKNOWN, 0, null);
    CallBill second = call(2, UNKNOWN, 10, null);
    BillRow row = row("a", 5);

    assertThat(match(List.of(row), second, first)).containsExactly(Map.entry(first, row));
  }

  @Test
  void a_call_that_was_surely_done_comes_before_an_unknown_one() {
    CallBill unknown = call(1, UNKNOWN, 0, null);
    CallBill done = call(2, DONE, 10, null);
    BillRow row = row("a", 5);

    assertThat(match(List.of(row), unknown, done)).containsExactly(Map.entry(done, row));
  }

  @Test
  void the_providers_own_id_decides_where_there_is_one() {
    CallBill named = call(1, DONE, 0, "b");
    CallBill other = call(2, DONE, 0, null);
    BillRow a = row("a", 1);
    BillRow b = row("b", 0);

    assertThat(match(List.of(a, b), other, named))
        .containsOnly(Map.entry(named, b), Map.entry(other, a));
  }

  @Test
  void a_row_is_left_to_a_call_that_can_have_no_other() {
    CallBill early = call(1, DONE, 0, null);
    CallBill late = call(2, UNKNOWN, 400, null);
    BillRow both = row("both", 200);
    BillRow earlyOnly = row("early", -200);

    assertThat(match(List.of(both, earlyOnly), early, late))
        .containsOnly(Map.entry(early, earlyOnly), Map.entry(late, both));
  }

  @Test
  void the_same_amount_is_taken_before_another_one() {
    CallBill call = call(1, DONE, 0, null);
    BillRow dear = new BillRow("d", "d", Asset.VIDEO_UNIT, Credits.of("1"), START, "identify-face");
    BillRow same = row("a", 100);

    assertThat(match(List.of(dear, same), call)).containsExactly(Map.entry(call, same));
  }

  @Test
  void what_the_provider_gave_back_is_the_bill_of_no_call() {
    CallBill call = call(1, UNKNOWN, 0, null);
    BillRow back =
        new BillRow(
            "b",
            "b",
            Asset.VIDEO_UNIT,
            new Credits(new BigDecimal("-0.05")),
            START,
            "identify-face");

    assertThat(match(List.of(back), call)).isEmpty();
  }

  @Test
  void as_many_calls_as_a_day_may_have_are_matched_at_once_when_half_the_rows_are_not_there() {
    List<CallBill> calls =
        IntStream.range(0, 2_000).mapToObj(n -> call(n, UNKNOWN, n % 60, null)).toList();
    List<BillRow> rows = IntStream.range(0, 1_000).mapToObj(n -> row("r" + n, n % 60)).toList();

    Map<CallBill, BillRow> found =
        assertTimeoutPreemptively(
            Duration.ofSeconds(5), () -> CallMatching.match(rows, calls, TOLERANCE));

    assertThat(found).hasSize(1_000);
    assertThat(found.values()).doesNotHaveDuplicates();
  }

  private static Map<CallBill, BillRow> match(List<BillRow> rows, CallBill... calls) {
    return CallMatching.match(rows, List.of(calls), TOLERANCE);
  }

  private static CallBill call(int id, boolean unknown, int second, @Nullable String task) {
    Instant sent = START.plusSeconds(second);
    return new CallBill(
        new UUID(0, id),
        "identify-face",
        unknown,
        Asset.VIDEO_UNIT,
        Credits.of("0.05"),
        task,
        sent,
        sent.plusSeconds(1));
  }

  private static BillRow row(String task, int second) {
    return new BillRow(
        task,
        task,
        Asset.VIDEO_UNIT,
        Credits.of("0.05"),
        START.plusSeconds(second),
        "identify-face");
  }
}
