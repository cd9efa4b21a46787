package dev.backlot.ledger;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.ReconciliationConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.BillDays.Day;
import dev.backlot.port.BillDays.Item;
import dev.backlot.port.BillDays.Place;
import dev.backlot.port.BillDays.Wanted;
import dev.backlot.port.BillingExports.Unreadable;
import dev.backlot.port.Endings.Ending;
import dev.backlot.store.PgBillDays;
import dev.backlot.store.PgBillLooks;
import dev.backlot.store.PgCalls;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.SampleCall;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks at days that are to come, so that the database was there before them. */
class ReconcilerTest {
  private static final Duration LAG = Duration.ofHours(2);
  private static final LocalDate DAY = LocalDate.now(ZoneOffset.UTC).plusDays(2);
  private static final Instant NOON = DAY.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
  private static final Instant END = DAY.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);

  private final ScriptedExports exports = new ScriptedExports();
  private final List<Duration> pauses = new ArrayList<>();
  private Instant now = END.plus(Duration.ofHours(4));
  private Duration reach = Duration.ofDays(5);
  private int page = 500;
  private StoreFixture store;
  private PgBillDays days;
  private NodeLease node;
  private int keys;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    days = new PgBillDays(store.database.pool());
    node = store.node("one");
    store.slots(100);
  }

  @AfterEach
  void close() throws Exception {
    assertThat(await(ledger().violations())).isEmpty();
    store.close();
  }

  @Test
  void a_day_is_read_compared_and_closed() throws Exception {
    bill(settled(), "5");

    lookAtAll(reconciler());

    assertThat(day().state()).isEqualTo("closed");
    assertThat(day().sums())
        .singleElement()
        .satisfies(sum -> assertThat(sum.billed()).isEqualTo(Credits.of("5")))
        .satisfies(sum -> assertThat(sum.booked()).isEqualTo(Credits.of("5")));
    assertThat(items()).isEmpty();
  }

  @Test
  void both_exports_are_read() throws Exception {
    lookAtAll(reconciler());

    assertThat(exports.asked).contains("PACKAGE 0", "BALANCE 0");
  }

  @Test
  void a_day_is_left_alone_until_the_export_had_its_time() throws Exception {
    now = END.plus(LAG).plus(Duration.ofMinutes(59));

    lookAtAll(reconciler());

    assertThat(await(days.days(ACCOUNT, DAY, DAY, null, 1))).isEmpty();
  }

  @Test
  void five_hundred_rows_and_one_more_are_all_booked() throws Exception {
    for (int i = 0; i < 501; i++) {
      exports.rows.add(row("task-" + i, "2", NOON.plusSeconds(i)));
    }

    lookAtAll(reconciler());

    assertThat(exports.asked).contains("PACKAGE 500");
    assertThat(house()).containsEntry("provider_loss", Credits.of("1002"));
    assertThat(day().sums())
        .singleElement()
        .satisfies(sum -> assertThat(sum.rows()).isEqualTo(501));
  }

  @Test
  void there_is_a_pause_between_two_pages() throws Exception {
    page = 1;
    foreign("a", "1");
    foreign("b", "1");
    pauses.clear();

    lookAtAll(reconciler());

    assertThat(pauses).hasSameSizeAs(exports.asked).containsOnly(Duration.ofSeconds(1));
  }

  @Test
  void an_export_that_refuses_for_now_is_left_alone_and_read_on_at_the_cursor() throws Exception {
    giveOneOfTwoPages();
    exports.refuse(ErrorCode.PROVIDER_RATE_LIMITED);
    Reconciler reconciler = reconciler();

    lookAtAll(reconciler);
    lookAtAll(reconciler);
    assertThat(exports.asked).containsExactly("PACKAGE 0", "PACKAGE 1");
    now = now.plus(Duration.ofMinutes(6));
    lookAtAll(reconciler);

    assertThat(exports.asked).containsExactly("PACKAGE 0", "PACKAGE 1", "PACKAGE 1", "BALANCE 0");
    assertThat(house()).containsEntry("provider_loss", Credits.of("2"));
  }

  @Test
  void a_cursor_that_is_refused_is_forgotten() throws Exception {
    giveOneOfTwoPages();
    exports.refuse(ErrorCode.PROVIDER_REJECTED);
    Reconciler reconciler = reconciler();
    lookAtAll(reconciler);

    now = now.plus(Duration.ofHours(2));
    lookAtAll(reconciler);

    assertThat(exports.asked)
        .containsExactly("PACKAGE 0", "PACKAGE 1", "PACKAGE 0", "PACKAGE 1", "BALANCE 0");
    assertThat(house()).containsEntry("provider_loss", Credits.of("2"));
  }

  @Test
  void another_node_goes_on_where_one_has_died() throws Exception {
    page = 1;
    now = dayOf(DAY.minusDays(1));
    lookAtAll(reconciler());
    exports.asked.clear();
    now = END.plus(Duration.ofHours(4));
    AttemptRef ref = settled();
    bill(ref, "6");
    foreign("b", "1");
    foreign("c", "1");
    exports.give(2);
    exports.refuse(ErrorCode.PROVIDER_UNAVAILABLE);
    lookAtAll(reconciler());
    NodeLease other = store.node("two");
    await(store.membership.leave(node));

    lookAtAll(reconciler(other));

    assertThat(exports.asked)
        .containsExactly("PACKAGE 0", "PACKAGE 1", "PACKAGE 2", "PACKAGE 2", "BALANCE 0");
    assertThat(house())
        .containsEntry("provider_drift", Credits.of("1"))
        .containsEntry("provider_loss", Credits.of("2"));
  }

  @Test
  void two_nodes_at_once_book_a_day_once() throws Exception {
    for (int i = 0; i < 20; i++) {
      bill(settled(), "6");
      foreign("foreign-" + i, "1");
    }
    NodeLease other = store.node("two");
    List<Future<?>> both = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      both.add(untilOver(reconciler(i % 2 == 0 ? node : other)));
    }

    await(Future.all(both));
    lookAtAll(reconciler());

    assertThat(house())
        .containsEntry("provider_drift", Credits.of("20"))
        .containsEntry("provider_loss", Credits.of("20"));
    assertThat(day().state()).isEqualTo("closed");
  }

  @Test
  void a_task_that_took_longer_than_usual_is_searched_for() throws Exception {
    reach = Duration.ofMinutes(1);
    bill(settled(), "5");

    lookAtAll(reconciler());

    assertThat(items()).isEmpty();
    assertThat(house()).containsEntry("provider_loss", Credits.ZERO);
  }

  @Test
  void a_row_over_midnight_belongs_to_the_task_all_the_same() throws Exception {
    AttemptRef ref = settled();
    endedAt(ref, END.minusSeconds(1));
    exports.rows.add(row("task-" + ref.id(), "5", END.plusSeconds(1)));

    lookAtAll(reconciler());

    assertThat(items()).isEmpty();
    assertThat(day().state()).isEqualTo("closed");
  }

  @Test
  void what_is_missing_keeps_the_day_open_until_it_comes() throws Exception {
    AttemptRef ref = settled();
    endedAt(ref, NOON);
    Reconciler reconciler = reconciler();
    lookAtAll(reconciler);
    assertThat(items()).extracting(Item::kind).containsExactly(Finding.MISSING);
    assertThat(day().state()).isEqualTo("open");

    bill(ref, "5");
    now = now.plus(Duration.ofHours(1));
    lookAtAll(reconciler);

    assertThat(items()).isEmpty();
    assertThat(day().state()).isEqualTo("closed");
  }

  @Test
  void what_stays_missing_ends_with_the_look_back() throws Exception {
    endedAt(settled(), NOON);
    lookAtAll(reconciler());

    now = END.plus(Duration.ofDays(7));
    lookAtAll(reconciler());

    assertThat(day().state()).isEqualTo("closed");
    assertThat(day().missing()).isOne();
  }

  @Test
  void a_row_that_cannot_be_read_stops_nothing() throws Exception {
    exports.unreadable.add(new Unreadable("odd", "task-x"));
    foreign("a", "1");

    lookAtAll(reconciler());

    assertThat(items()).extracting(Item::kind).contains(Finding.FOREIGN, Finding.UNREADABLE);
    assertThat(day().unreadable()).isOne();
  }

  @Test
  void an_operator_has_a_closed_day_looked_at_again() throws Exception {
    lookAtAll(reconciler());
    foreign("late", "3");

    await(days.ask(new Place(DAY, ACCOUNT), now));
    lookAtAll(reconciler());

    assertThat(house()).containsEntry("provider_loss", Credits.of("3"));
    assertThat(day().isLooking()).isFalse();
  }

  @Test
  void what_was_billed_before_this_installation_is_not_ours() throws Exception {
    store.database.execute("UPDATE installation SET created_at = '" + NOON + "'");
    exports.rows.add(row("before", "9", NOON.minusSeconds(1)));
    exports.rows.add(row("after", "1", NOON.plusSeconds(1)));

    lookAtAll(reconciler());

    assertThat(house()).containsEntry("provider_loss", Credits.of("1"));
  }

  @Test
  void of_two_calls_that_nobody_knows_of_the_billed_one_is_kept_and_the_other_refunded()
      throws Exception {
    CallId billed = unknownCall(NOON);
    CallId lost = unknownCall(NOON.plus(Duration.ofHours(3)));
    exports.rows.add(new BillRow("speech", "key", Asset.VIDEO_UNIT, Credits.of("4"), NOON, "tts"));

    lookAtAll(reconciler());

    assertThat(mark(billed)).isEqualTo("kept");
    assertThat(mark(lost)).isEqualTo("refunded");
    assertThat(store.balance()).isEqualTo("999996 0 4");
    assertThat(day().state()).isEqualTo("closed");
  }

  @Test
  void a_day_that_is_not_over_refunds_no_call() throws Exception {
    CallId call = unknownCall(NOON);
    now = NOON.plus(Duration.ofHours(6));
    await(days.ask(new Place(DAY, ACCOUNT), now));

    lookAtAll(reconciler());

    assertThat(mark(call)).isEqualTo("open");
    assertThat(store.balance()).isEqualTo("999996 0 4");
  }

  /** The day before has been looked at; of this one an export gives a page, and then refuses. */
  private void giveOneOfTwoPages() throws Exception {
    page = 1;
    now = dayOf(DAY.minusDays(1));
    lookAtAll(reconciler());
    exports.asked.clear();
    now = END.plus(Duration.ofHours(4));
    foreign("a", "1");
    foreign("b", "1");
    exports.give(1);
  }

  private CallId unknownCall(Instant at) throws Exception {
    PgCalls calls = new PgCalls(store.vertx, store.database.pool(), new Random(3));
    NewCall call =
        SampleCall.of(
            new CallId(new Uuid7(() -> at, new Random(4)).next()),
            store.tenant,
            ACCOUNT,
            node,
            new Price(Asset.VIDEO_UNIT, Credits.of("4")),
            null);
    await(calls.open(call, at));
    await(calls.close(call.id(), new CallEnd.Unknown(at, 0), at.plusSeconds(30)));
    return call.id();
  }

  private String mark(CallId call) {
    return store.database.text(
        "SELECT reconcile_mark FROM provider_call WHERE id = '" + call + "'");
  }

  private Reconciler reconciler() {
    return reconciler(node);
  }

  private Reconciler reconciler(NodeLease lease) {
    return new Reconciler(
        new PgBillLooks(store.vertx, store.database.pool(), new Random(9)),
        exports,
        store.membership,
        lease,
        new ReconciliationConfig(
            true,
            Duration.ofHours(1),
            LAG,
            Duration.ofDays(7),
            reach,
            page,
            Duration.ofSeconds(1),
            Duration.ofMinutes(5)),
        () -> now,
        pause -> {
          pauses.add(pause);
          return Future.succeededFuture();
        });
  }

  private void lookAtAll(Reconciler reconciler) throws Exception {
    await(untilOver(reconciler));
  }

  private static Future<Void> untilOver(Reconciler reconciler) {
    return reconciler
        .runOnce(ACCOUNT)
        .compose(more -> more ? untilOver(reconciler) : Future.succeededFuture());
  }

  /** When a day and its lag are over. */
  private static Instant dayOf(LocalDate day) {
    return day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC).plus(Duration.ofHours(4));
  }

  private AttemptRef settled() throws Exception {
    store.job();
    AttemptRef ref = store.running(node);
    TaskReport.Succeeded report =
        new TaskReport.Succeeded(
            "task-" + ref.id(),
            List.of(new Output(0, "video", "5.1", false)),
            Credits.of("5"),
            "{}");
    await(
        store.endings.finish(
            List.of(new Ending.Succeeded(ref, report)), CancelPolicy.KEEP, StoreFixture.NOW));
    return ref;
  }

  private void endedAt(AttemptRef ref, Instant at) {
    store.database.execute(
        "UPDATE attempt SET closed_at = '" + at + "' WHERE id = '" + ref.id() + "'");
  }

  private void bill(AttemptRef ref, String amount) {
    exports.rows.add(row("task-" + ref.id(), amount, NOON));
  }

  private void foreign(String task, String amount) {
    exports.rows.add(row(task, amount, NOON));
  }

  private BillRow row(String task, String amount, Instant at) {
    return new BillRow(task, "key-" + keys++, Asset.VIDEO_UNIT, Credits.of(amount), at, "");
  }

  private List<Item> items() throws Exception {
    return await(days.items(new Wanted(ACCOUNT, DAY, null), Long.MAX_VALUE, 100));
  }

  private Day day() throws Exception {
    return await(days.days(ACCOUNT, DAY, DAY, null, 1)).get(0);
  }

  private Map<String, Credits> house() throws Exception {
    return await(ledger().totals(Asset.VIDEO_UNIT));
  }

  private PgCreditLedger ledger() {
    return new PgCreditLedger(store.vertx, store.database.pool(), new Random(8));
  }
}
