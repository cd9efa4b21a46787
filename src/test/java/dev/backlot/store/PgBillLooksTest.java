package dev.backlot.store;

import static dev.backlot.domain.job.CancelPolicy.KEEP;
import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.failed;
import static dev.backlot.store.StoreFixture.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.BillDays.Day;
import dev.backlot.port.BillDays.Item;
import dev.backlot.port.BillDays.Place;
import dev.backlot.port.BillDays.Wanted;
import dev.backlot.port.BillLooks;
import dev.backlot.port.BillLooks.Look;
import dev.backlot.port.BillLooks.Phase;
import dev.backlot.port.BillLooks.Span;
import dev.backlot.port.BillingExports.Unreadable;
import dev.backlot.port.Retention.Kind;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One day of one account; jobs of 5 units each end within it. */
class PgBillLooksTest {
  private static final LocalDate DAY = LocalDate.ofInstant(NOW, ZoneOffset.UTC);
  private static final Instant LATER = NOW.plus(Duration.ofDays(3));
  private static final Duration HELD = Duration.ofMinutes(5);

  private StoreFixture store;
  private PgBillLooks looks;
  private PgBillDays days;
  private NodeLease node;
  private int keys;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    looks = new PgBillLooks(store.vertx, store.database.pool(), new Random(7));
    days = new PgBillDays(store.database.pool());
    node = store.node("one");
    store.slots(100);
    hold(node);
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void what_matches_is_neither_listed_nor_booked() throws Exception {
    AttemptRef ref = settled("5");

    look(row(ref, "5"));

    assertThat(items()).isEmpty();
    assertThat(house()).isEqualTo("drift 0, loss 0");
    assertThat(day().state()).isEqualTo("closed");
  }

  @Test
  void what_the_provider_billed_beyond_it_is_drift() throws Exception {
    AttemptRef ref = settled("5");

    look(row(ref, "7.5"));

    assertThat(house()).isEqualTo("drift 2.5, loss 0");
    assertThat(items())
        .singleElement()
        .returns(Finding.DIFFERENT, Item::kind)
        .returns(Credits.of("7.5"), Item::billed)
        .returns(Credits.of("5"), Item::booked)
        .returns(Credits.of("2.5"), Item::correction)
        .returns(ref.id().value(), Item::attempt)
        .returns(ref.job().value(), Item::job);
  }

  @Test
  void less_than_was_settled_gives_the_house_back_and_leaves_the_tenant_alone() throws Exception {
    AttemptRef ref = settled("5");
    String before = store.balance();

    look(row(ref, "4"));

    assertThat(house()).isEqualTo("drift -1, loss 0");
    assertThat(store.balance()).isEqualTo(before);
  }

  @Test
  void a_drift_that_was_booked_at_the_end_counts_as_booked() throws Exception {
    AttemptRef ref = settled("6");

    look(row(ref, "6"));

    assertThat(items()).isEmpty();
    assertThat(house()).isEqualTo("drift 1, loss 0");
  }

  @Test
  void the_bill_of_a_failure_is_loss() throws Exception {
    AttemptRef ref = running();
    store.finish(KEEP, failed(ref, null));

    look(row(ref, "3"));

    assertThat(house()).isEqualTo("drift 0, loss 3");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void a_task_that_nobody_here_has_made_is_loss_and_listed() throws Exception {
    look(row("elsewhere", "8"));

    assertThat(house()).isEqualTo("drift 0, loss 8");
    assertThat(items()).singleElement().returns(Finding.FOREIGN, Item::kind);
    assertThat(day().sums())
        .singleElement()
        .satisfies(sum -> assertThat(sum.foreignRows()).isOne());
  }

  @Test
  void what_a_call_cost_that_was_answered_at_once_is_no_foreign_task() throws Exception {
    look(new BillRow("face", "key", Asset.VIDEO_UNIT, Credits.of("0.05"), NOW, "identify-face"));

    assertThat(items()).isEmpty();
    assertThat(house()).isEqualTo("drift 0, loss 0");
    assertThat(day().sums())
        .singleElement()
        .satisfies(sum -> assertThat(sum.billed()).isEqualTo(Credits.of("0.05")));
  }

  @Test
  void the_rows_of_a_task_are_summed() throws Exception {
    AttemptRef ref = settled("5");

    look(row(ref, "2"), row(ref, "2"), row(ref, "1"));

    assertThat(items()).isEmpty();
  }

  @Test
  void a_row_that_comes_twice_counts_once() throws Exception {
    AttemptRef ref = settled("5");
    BillRow row = row(ref, "5");

    look(row, row);

    assertThat(items()).isEmpty();
  }

  @Test
  void what_is_given_back_later_is_booked_back() throws Exception {
    AttemptRef ref = settled("5");
    BillRow first = row(ref, "7");
    look(first);

    askAgain();
    look(first, row(ref, "-2"));

    assertThat(house()).isEqualTo("drift 0, loss 0");
    assertThat(items())
        .extracting(Item::correction)
        .containsExactly(Credits.of("-2"), Credits.of("2"));
  }

  @Test
  void looking_again_books_nothing_again() throws Exception {
    AttemptRef ref = settled("5");
    BillRow row = row(ref, "7");
    BillRow foreign = row("elsewhere", "8");
    look(row, foreign);

    askAgain();
    look(row, foreign);

    assertThat(house()).isEqualTo("drift 2, loss 8");
    assertThat(items()).hasSize(2);
  }

  @Test
  void what_was_paid_for_and_is_not_in_the_export_is_missing_and_the_day_stays_open()
      throws Exception {
    settled("5");

    look();

    assertThat(items()).singleElement().returns(Finding.MISSING, Item::kind);
    assertThat(house()).isEqualTo("drift 0, loss 0");
    assertThat(day().state()).isEqualTo("open");
    assertThat(day().missing()).isOne();
  }

  @Test
  void a_late_row_ends_the_search() throws Exception {
    AttemptRef ref = settled("5");
    look();

    askAgain();
    look(row(ref, "5"));

    assertThat(items()).isEmpty();
    assertThat(day().state()).isEqualTo("closed");
  }

  @Test
  void after_the_last_look_a_day_is_closed_whatever_is_missing() throws Exception {
    settled("5");

    compareAll(begin(), true, List.of());

    assertThat(day().state()).isEqualTo("closed");
    assertThat(day().missing()).isOne();
  }

  @Test
  void the_bill_of_a_task_without_an_end_waits_for_it() throws Exception {
    AttemptRef ref = running();
    BillRow row = row(ref, "5");
    look(row);
    assertThat(items()).singleElement().returns(Finding.PENDING, Item::kind);
    assertThat(house()).isEqualTo("drift 0, loss 0");

    store.finish(KEEP, succeeded(ref, "5"));
    askAgain();
    look(row);

    assertThat(items()).isEmpty();
  }

  @Test
  void a_row_that_cannot_be_read_is_listed_once() throws Exception {
    AttemptRef ref = settled("5");
    BillRow row = row(ref, "5");
    for (int i = 0; i < 2; i++) {
      Look look = begin();
      await(
          looks.keep(
              node, List.of(row), List.of(new Unreadable("k", "")), at(look, Phase.BOOKS), LATER));
      compareAll(look, false, List.of());
      askAgain();
    }

    assertThat(items()).singleElement().returns(Finding.UNREADABLE, Item::kind);
    assertThat(day().unreadable()).isOne();
  }

  @Test
  void what_is_paid_in_money_takes_the_place_of_the_units() throws Exception {
    AttemptRef ref = settled(null);
    BillRow usd = new BillRow("task-" + ref.id(), "usd", Asset.USD, Credits.of("0.7"), NOW, "");

    look(usd);

    assertThat(house()).isEqualTo("drift -5, loss 0");
    assertThat(await(store.store.ledger.totals(Asset.USD)))
        .containsEntry("provider_drift", Credits.of("0.7"));
    assertThat(items()).extracting(Item::kind).containsOnly(Finding.OTHER_ASSET);
  }

  @Test
  void a_crash_between_two_pages_goes_on_at_the_cursor() throws Exception {
    AttemptRef ref = settled("5");
    Look look = begin();
    await(looks.keep(node, List.of(row(ref, "5")), List.of(), at(look, "page-2"), LATER));

    Look resumed = begin();

    assertThat(resumed.cursor()).isEqualTo("page-2");
    assertThat(resumed.begunAt()).isEqualTo(look.begunAt());
    compareAll(resumed, false, List.of());
    assertThat(items()).isEmpty();
  }

  @Test
  void a_look_that_was_left_for_long_begins_anew() throws Exception {
    Look look = begin();
    await(looks.keep(node, List.of(), List.of(), at(look, "page-2"), LATER));

    Look later =
        await(looks.next(node, ACCOUNT, span(LATER.plusSeconds(1)), LATER.plusSeconds(2)))
            .orElseThrow();

    assertThat(later.cursor()).isNull();
    assertThat(later.begunAt()).isEqualTo(LATER.plusSeconds(2));
  }

  @Test
  void whoever_is_behind_a_newer_look_writes_nothing() throws Exception {
    AttemptRef ref = settled("5");
    Look old = begin();
    begin();

    assertThat(await(looks.keep(node, List.of(row(ref, "9")), List.of(), at(old, "x"), LATER)))
        .isFalse();
    assertThat(compare(node, old, ref)).isFalse();
    assertThat(store.database.number("SELECT count(*) FROM reconciliation_row")).isZero();
  }

  @Test
  void a_node_without_the_duty_writes_nothing() throws Exception {
    NodeLease other = store.node("two");
    AttemptRef ref = settled("5");
    Look look = begin();
    keep(look, row(ref, "9"));

    assertThat(compare(other, look, ref)).isFalse();

    assertThat(await(looks.next(other, ACCOUNT, span(NOW), LATER))).isEmpty();
    assertThat(house()).isEqualTo("drift 0, loss 0");
  }

  @Test
  void two_that_compare_the_same_day_at_once_book_it_once() throws Exception {
    List<AttemptRef> refs = new ArrayList<>();
    Look look = begin();
    for (int i = 0; i < 20; i++) {
      AttemptRef ref = settled("5");
      keep(look, row(ref, "6"));
      refs.add(ref);
    }
    var ids = refs.stream().map(ref -> ref.id().value()).toList();

    List<Future<Boolean>> both = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      both.add(looks.compareAttempts(node, look, ids, LATER, LATER));
    }
    await(Future.all(both));

    assertThat(house()).isEqualTo("drift 20, loss 0");
    assertThat(items()).hasSize(20);
  }

  /** Even if the lock and the fence were not there. */
  @Test
  void the_database_itself_refuses_a_correction_twice() throws Exception {
    AttemptRef ref = settled("5");
    look(row(ref, "7"));
    store.database.execute("DELETE FROM reconciliation_item");

    askAgain();
    look(row(ref, "7"));

    assertThat(house()).isEqualTo("drift 2, loss 0");
  }

  @Test
  void a_closed_day_is_not_due_again_by_itself() throws Exception {
    look();

    assertThat(await(looks.next(node, ACCOUNT, span(NOW), LATER.plusSeconds(7_200)))).isEmpty();
  }

  @Test
  void rows_of_closed_days_are_removed_in_time_and_what_was_booked_stays() throws Exception {
    look(row("elsewhere", "8"));
    PgRetention retention = new PgRetention(store.vertx, store.database.pool(), new Random(11));
    Instant nextDay = NOW.plus(Duration.ofDays(1));

    assertThat(await(retention.remove(Kind.BILL_ROWS, NOW, 10))).isZero();
    assertThat(await(retention.remove(Kind.BILL_ROWS, nextDay, 10))).isOne();
    assertThat(await(retention.remove(Kind.BILL_ITEMS, nextDay, 10))).isOne();

    assertThat(house()).isEqualTo("drift 0, loss 8");
  }

  @Test
  void rows_of_a_day_that_is_still_looked_at_stay() throws Exception {
    settled("5");
    look(row("elsewhere", "8"));
    PgRetention retention = new PgRetention(store.vertx, store.database.pool(), new Random(11));

    assertThat(await(retention.remove(Kind.BILL_ROWS, LATER, 10))).isZero();
  }

  private Look begin() throws Exception {
    return await(looks.next(node, ACCOUNT, span(NOW), LATER)).orElseThrow();
  }

  private static Span span(Instant stale) {
    return new Span(DAY, DAY, LATER, stale);
  }

  private void askAgain() throws Exception {
    await(days.ask(new Place(DAY, ACCOUNT), LATER));
  }

  private void look(BillRow... rows) throws Exception {
    Look look = begin();
    keep(look, rows);
    compareAll(look, false, List.of());
  }

  private void keep(Look look, BillRow... rows) throws Exception {
    await(looks.keep(node, List.of(rows), List.of(), at(look, Phase.BOOKS), LATER));
  }

  private void compareAll(Look look, boolean last, List<String> foreign) throws Exception {
    await(looks.openBooks(node, look));
    var attempts =
        await(
            looks.attempts(
                ACCOUNT,
                Instant.EPOCH,
                Instant.parse("2200-01-01T00:00:00Z"),
                null,
                BillLooks.MAX_BATCH));
    await(looks.compareAttempts(node, look, attempts, LATER, LATER));
    List<String> others = new ArrayList<>(foreign);
    await(looks.unowned(look, "", BillLooks.MAX_BATCH)).forEach(task -> others.add(task.taskId()));
    await(looks.compareOthers(node, look, others, LATER, LATER));
    await(looks.finish(node, look, true, last, LATER));
  }

  private boolean compare(NodeLease lease, Look look, AttemptRef ref) throws Exception {
    return await(looks.compareAttempts(lease, look, List.of(ref.id().value()), LATER, LATER));
  }

  private static Look at(Look look, Phase phase) {
    return new Look(look.account(), look.day(), look.number(), phase, null, look.begunAt());
  }

  private static Look at(Look look, String cursor) {
    return new Look(
        look.account(), look.day(), look.number(), Phase.PACKAGE, cursor, look.begunAt());
  }

  private void hold(NodeLease lease) throws Exception {
    assertThat(await(store.membership.holdDuty(lease, BillLooks.duty(ACCOUNT), HELD))).isTrue();
  }

  private AttemptRef running() throws Exception {
    store.job();
    return store.running(node);
  }

  private AttemptRef settled(@Nullable String deduction) throws Exception {
    AttemptRef ref = running();
    store.finish(KEEP, succeeded(ref, deduction));
    return ref;
  }

  private BillRow row(AttemptRef ref, String amount) {
    return row("task-" + ref.id(), amount);
  }

  private BillRow row(String task, String amount) {
    return new BillRow(task, "key-" + keys++, Asset.VIDEO_UNIT, Credits.of(amount), NOW, "");
  }

  private List<Item> items() throws Exception {
    return await(days.items(new Wanted(ACCOUNT, DAY, null), Long.MAX_VALUE, 100));
  }

  private Day day() throws Exception {
    return await(days.days(ACCOUNT, DAY, DAY, null, 10)).get(0);
  }

  private String house() throws Exception {
    var totals = await(store.store.ledger.totals(Asset.VIDEO_UNIT));
    return "drift " + totals.get("provider_drift") + ", loss " + totals.get("provider_loss");
  }
}
