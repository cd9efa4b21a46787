package dev.backlot.domain.bill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallMatchingTest {
  private static final Instant START = Instant.parse("2026-06-01T10:00:00Z");
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final boolean DONE = false;
  private static final boolean UNKNOWN = true;

  /** Which of each 1,000 calls of a busy day was not done. */
  private static final int UNBILLED = 500;

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
  void no_more_and_no_other_calls_are_found_than_by_trying_everything() {
    for (int seed = 0; seed < 3_000; seed++) {
      Random any = new Random(seed);
      List<CallBill> calls = someCalls(any);
      List<BillRow> rows = someRows(any);

      Map<CallBill, BillRow> found = CallMatching.match(rows, calls, List.of(), TOLERANCE);

      assertThat(found.keySet())
          .as("seed %d", seed)
          .isEqualTo(SimpleMatching.match(rows, calls, TOLERANCE).keySet());
      assertThat(found.values()).as("seed %d", seed).doesNotHaveDuplicates();
      assertThat(found)
          .as("seed %d", seed)
          .allSatisfy(
              (call, row) -> assertThat(SimpleMatching.mayBe(call, row, TOLERANCE)).isTrue());
    }
  }

  @Test
  void each_of_100_000_calls_finds_its_row_though_the_clocks_differ() {
    List<CallBill> calls = busyDay(100_000);
    List<BillRow> rows = calls.stream().map(call -> rowOf(call, 90)).toList();

    Map<CallBill, BillRow> found = CallMatching.match(rows, calls, List.of(), TOLERANCE);

    assertThat(found).hasSize(100_000);
    assertThat(found.values()).doesNotHaveDuplicates();
    assertThat(found)
        .allSatisfy((call, row) -> assertThat(SimpleMatching.mayBe(call, row, TOLERANCE)).isTrue());
  }

  @Test
  void of_100_000_calls_the_unknown_ones_without_a_row_are_as_many_as_were_not_billed() {
    List<CallBill> calls = busyDay(100_000);
    List<BillRow> rows = new ArrayList<>();
    for (int n = 0; n < calls.size(); n++) {
      if (n % 1_000 != UNBILLED) {
        rows.add(rowOf(calls.get(n), 90));
      }
    }

    Map<CallBill, BillRow> found = CallMatching.match(rows, calls, List.of(), TOLERANCE);

    List<CallBill> left = calls.stream().filter(call -> !found.containsKey(call)).toList();
    assertThat(left).hasSize(100).allMatch(CallBill::isUnknown);
  }

  @Test
  void an_unknown_call_of_a_busy_evening_is_not_paid_for_by_the_next_day() {
    List<CallBill> all = busyDay(100_000);
    List<CallBill> today = all.subList(0, 90_000);
    List<CallBill> tomorrow = all.subList(90_001, 90_500);
    List<BillRow> rows = new ArrayList<>();
    for (int n = 0; n < 90_500; n++) {
      if (n % 1_000 != UNBILLED && n != 90_000) {
        rows.add(rowOf(all.get(n), 1));
      }
    }

    Map<CallBill, BillRow> found = CallMatching.match(rows, today, tomorrow, TOLERANCE);

    List<CallBill> left = today.stream().filter(call -> !found.containsKey(call)).toList();
    assertThat(left).hasSize(90).allMatch(CallBill::isUnknown);
  }

  @Test
  void a_neighbour_takes_nothing_that_a_call_which_was_surely_done_can_have() {
    CallBill call = call(1, DONE, 0, null);
    CallBill neighbour = call(2, DONE, 1, null);
    BillRow row = row("a", 5);

    assertThat(CallMatching.match(List.of(row), List.of(call), List.of(neighbour), TOLERANCE))
        .containsExactly(Map.entry(call, row));
  }

  private static Map<CallBill, BillRow> match(List<BillRow> rows, CallBill... calls) {
    return CallMatching.match(rows, List.of(calls), List.of(), TOLERANCE);
  }

  /** Few, in a time in which many of them may have the row of another. */
  private static List<CallBill> someCalls(Random any) {
    int count = any.nextInt(14);
    List<CallBill> calls = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Instant sent = START.plusSeconds(60L * any.nextInt(60));
      boolean isNamed = any.nextInt(8) == 0;
      calls.add(
          new CallBill(
              new UUID(0, n),
              any.nextInt(8) == 0 ? "tts" : "identify-face",
              any.nextBoolean(),
              Asset.VIDEO_UNIT,
              Credits.of(any.nextInt(4) == 0 ? "1" : "0.05"),
              isNamed ? "r" + n : null,
              sent,
              sent.plusSeconds(any.nextInt(900))));
    }
    return calls;
  }

  private static List<BillRow> someRows(Random any) {
    int count = any.nextInt(14);
    List<BillRow> rows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(
          new BillRow(
              "r" + n,
              "r" + n,
              Asset.VIDEO_UNIT,
              new Credits(new BigDecimal(any.nextInt(8) == 0 ? "-1" : "0.05")),
              START.plusSeconds(60L * any.nextInt(60)),
              any.nextInt(8) == 0 ? "tts" : "identify-face"));
    }
    return rows;
  }

  /** One after the other through a day; in each 1,000, one unknown that was done and one not. */
  private static List<CallBill> busyDay(int count) {
    long pause = Duration.ofDays(1).toMillis() / count;
    return IntStream.range(0, count)
        .mapToObj(
            n -> {
              Instant sent = START.plusMillis(n * pause);
              boolean isUnknown = n % 1_000 == UNBILLED || n % 1_000 == 0;
              return new CallBill(
                  new UUID(0, n),
                  "tts",
                  isUnknown,
                  Asset.VIDEO_UNIT,
                  Credits.of("0.05"),
                  null,
                  sent,
                  sent.plusMillis(isUnknown ? 30_000 : 300 + n % 2_000));
            })
        .toList();
  }

  private static BillRow rowOf(CallBill call, int secondsLater) {
    return new BillRow(
        "row-" + call.id(),
        "row-" + call.id(),
        call.asset(),
        call.booked(),
        call.sentAt().plusSeconds(secondsLater),
        call.call());
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
