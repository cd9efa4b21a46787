package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.BillDays.Item;
import dev.backlot.port.BillDays.Place;
import dev.backlot.port.BillDays.Undecided;
import dev.backlot.port.BillDays.Wanted;
import dev.backlot.port.BillLooks;
import dev.backlot.port.BillLooks.CallSpan;
import dev.backlot.port.BillLooks.Look;
import dev.backlot.port.BillLooks.Phase;
import dev.backlot.port.BillLooks.Span;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of 4 units that are answered at once, and what the export has of them. */
class CallBillsTest {
  private static final LocalDate DAY = LocalDate.ofInstant(NOW, ZoneOffset.UTC);
  private static final Instant START = DAY.atStartOfDay().toInstant(ZoneOffset.UTC);
  private static final Price FOUR = new Price(Asset.VIDEO_UNIT, Credits.of("4"));
  private static final Instant LATER = NOW.plus(Duration.ofDays(3));

  private final Uuid7 ids = new Uuid7(() -> NOW, new Random(1));
  private StoreFixture store;
  private PgBillLooks looks;
  private PgBillDays days;
  private PgCalls calls;
  private NodeLease node;
  private TenantId tenant;

  /** A tenant with 20 units. */
  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    looks = new PgBillLooks(store.vertx, store.database.pool(), new Random(7));
    days = new PgBillDays(store.database.pool());
    calls = new PgCalls(store.vertx, store.database.pool(), new Random(9));
    node = store.node("one");
    tenant = store.store.tenant("caller", "20");
    await(store.membership.holdDuty(node, BillLooks.duty(ACCOUNT), Duration.ofMinutes(5)));
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void what_was_done_and_billed_is_neither_listed_nor_booked() throws Exception {
    call(new CallEnd.Succeeded(NOW, null, null, List.of(), "{}"));

    look(true, row("a", "4"));

    assertThat(items()).isEmpty();
    assertThat(loss()).isEqualTo(Credits.ZERO);
  }

  @Test
  void an_unknown_call_that_was_billed_is_kept() throws Exception {
    CallId call = unknown();

    look(true, row("a", "4"));

    assertThat(mark(call)).isEqualTo("kept");
    assertThat(balance()).isEqualTo("16 0 4");
  }

  @Test
  void an_unknown_call_that_was_not_billed_is_refunded_once() throws Exception {
    CallId call = unknown();

    look(true);
    askAgain();
    look(true);

    assertThat(mark(call)).isEqualTo("refunded");
    assertThat(balance()).isEqualTo("20 0 0");
    assertThat(store.database.number("SELECT count(*) FROM transfer WHERE kind = 'refund'"))
        .isOne();
  }

  @Test
  void nothing_is_refunded_before_the_export_had_its_time() throws Exception {
    CallId call = unknown();

    look(false);

    assertThat(mark(call)).isEqualTo("open");
    assertThat(balance()).isEqualTo("16 0 4");
  }

  @Test
  void what_no_bill_has_decided_is_told_by_account_with_its_oldest() throws Exception {
    unknown();
    unknown();

    assertThat(await(days.undecided(NOW.plusSeconds(1))))
        .singleElement()
        .returns(ACCOUNT, Undecided::account)
        .returns(2, Undecided::calls)
        .returns(NOW, Undecided::oldest);
    assertThat(await(days.undecided(NOW))).isEmpty();
  }

  @Test
  void a_call_that_was_kept_or_refunded_is_decided() throws Exception {
    unknown();
    unknown();

    look(true, row("a", "4"));

    assertThat(await(days.undecided(NOW.plusSeconds(1)))).isEmpty();
  }

  @Test
  void of_two_unknown_calls_and_one_row_one_is_kept_and_the_other_refunded() throws Exception {
    CallId first = unknown();
    CallId second = unknown();

    look(true, row("a", "4"));

    assertThat(mark(first)).isEqualTo("kept");
    assertThat(mark(second)).isEqualTo("refunded");
    assertThat(balance()).isEqualTo("16 0 4");
  }

  @Test
  void a_row_that_nobody_has_explained_keeps_the_money_where_it_is() throws Exception {
    CallId call = unknown();

    look(true, new BillRow("a", "a", Asset.VIDEO_UNIT, Credits.of("4"), NOW, ""));

    assertThat(mark(call)).isEqualTo("open");
    assertThat(items()).extracting(Item::kind).containsExactly(Finding.PENDING);
  }

  @Test
  void a_row_that_no_call_can_have_is_foreign_and_booked_once() throws Exception {
    look(true, row("a", "4"));
    askAgain();
    look(true, row("a", "4"));

    assertThat(items()).extracting(Item::kind).containsExactly(Finding.FOREIGN);
    assertThat(loss()).isEqualTo(Credits.of("4"));
  }

  @Test
  void a_call_that_cost_more_than_it_was_paid_for_is_drift() throws Exception {
    unknown();

    look(true, row("a", "5"));

    assertThat(totals("provider_drift")).isEqualTo(Credits.of("1"));
    assertThat(balance()).isEqualTo("16 0 4");
  }

  @Test
  void a_call_that_was_done_and_is_not_in_the_export_is_missing_and_not_refunded()
      throws Exception {
    call(new CallEnd.Succeeded(NOW, null, null, List.of(), "{}"));

    look(true);

    assertThat(items()).extracting(Item::kind).containsExactly(Finding.MISSING);
    assertThat(balance()).isEqualTo("16 0 4");
  }

  @Test
  void looks_at_the_same_calls_at_once_refund_once() throws Exception {
    unknown();
    unknown();
    Look look = begin();
    List<Future<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(looks.compareCalls(node, look, span(true), LATER));
    }

    await(Future.all(all));

    assertThat(balance()).isEqualTo("20 0 0");
  }

  @Test
  void of_a_busy_day_the_one_call_that_was_not_billed_is_refunded() throws Exception {
    speak(6_000);
    CallId call = unknown();

    look(true, rowsOf(6_000));

    assertThat(mark(call)).isEqualTo("refunded");
    assertThat(
            store.database.number(
                "SELECT count(DISTINCT call_id) FROM reconciliation_row WHERE call_id IS NOT NULL"))
        .isEqualTo(6_000);
    assertThat(items()).isEmpty();
  }

  @Test
  void of_a_busy_day_all_rows_that_no_call_can_have_are_booked_as_foreign() throws Exception {
    look(true, rowsOf(6_000));

    assertThat(loss()).isEqualTo(Credits.of("24000"));
  }

  @Test
  void a_day_with_more_calls_than_are_compared_at_once_is_compared_in_parts() throws Exception {
    looks = new PgBillLooks(store.vertx, store.database.pool(), 2, new Random(7));
    CallId billed = unknownAt(START.plus(Duration.ofHours(2)));
    CallId unbilled = unknownAt(START.plus(Duration.ofHours(8)));
    CallId late = unknownAt(START.plus(Duration.ofHours(23)));

    look(
        true,
        rowAt("a", START.plus(Duration.ofHours(2))),
        rowAt("stranger", START.plus(Duration.ofHours(16))),
        rowAt("b", START.plus(Duration.ofHours(23))));

    assertThat(List.of(mark(billed), mark(unbilled), mark(late)))
        .containsExactly("kept", "refunded", "kept");
    assertThat(items()).extracting(Item::taskId).containsExactly("stranger");
  }

  @Test
  void more_calls_at_once_than_are_compared_are_left_and_keep_the_day_open() throws Exception {
    looks = new PgBillLooks(store.vertx, store.database.pool(), 1, new Random(7));
    CallId first = unknown();
    CallId second = unknown();

    look(true);

    assertThat(List.of(mark(first), mark(second))).containsOnly("open");
    assertThat(await(days.days(ACCOUNT, DAY, DAY, null, 1)))
        .singleElement()
        .satisfies(day -> assertThat(day.state()).isEqualTo("open"));
  }

  @Test
  void the_row_of_a_call_of_the_next_day_pays_for_no_unknown_one() throws Exception {
    Instant midnight = START.plus(Duration.ofDays(1));
    CallId call = unknownAt(midnight.minusSeconds(20));
    call(
        midnight.plusSeconds(10),
        new CallEnd.Succeeded(midnight.plusSeconds(10), null, null, List.of(), "{}"));

    look(true, rowAt("a", midnight.plusSeconds(11)));

    assertThat(mark(call)).isEqualTo("refunded");
    assertThat(
            store.database.number(
                "SELECT count(*) FROM reconciliation_row WHERE call_id IS NOT NULL"))
        .as("left to its own day")
        .isZero();
  }

  @Test
  void a_call_that_has_its_row_keeps_it_when_the_export_is_complete() throws Exception {
    CallId first = unknown();
    CallId second = unknown();
    look(false, row("a", "4"));
    askAgain();

    look(true, row("a", "4"));

    assertThat(List.of(mark(first), mark(second))).containsExactly("kept", "refunded");
    assertThat(balance()).isEqualTo("16 0 4");
  }

  private CallId unknown() throws Exception {
    return unknownAt(NOW);
  }

  private CallId unknownAt(Instant at) throws Exception {
    return call(at, new CallEnd.Unknown(at, 0));
  }

  private CallId call(CallEnd end) throws Exception {
    return call(NOW, end);
  }

  private CallId call(Instant at, CallEnd end) throws Exception {
    CallId id = new CallId(at.equals(NOW) ? ids.next() : new Uuid7(() -> at, new Random(2)).next());
    NewCall call = SampleCall.of(id, tenant, ACCOUNT, node, FOUR, null);
    await(calls.open(call, at));
    await(calls.close(call.id(), end, at));
    return call.id();
  }

  /** So many calls of another tenant that were done, from noon on, with 4 units paid for each. */
  private void speak(int count) throws Exception {
    TenantId other = store.store.tenant("speaker", String.valueOf(4 * count));
    store.database.execute(
        """
        INSERT INTO provider_call (id, tenant_id, key_id, call, account_id, node, epoch, state,
                                   asset, amount, settled, price_version, opened_at, sent_at,
                                   closed_at)
        SELECT ('%1$s' || lpad(to_hex(n), 15, '0'))::uuid, '%2$s', 'testtesttest', 'tts', '%3$s',
               '%4$s', 1, 'succeeded', 'video_unit', 4, 4, '2026-09', at, at, at
          FROM (SELECT n, '%5$s'::timestamptz + n * interval '1 second' AS at
                  FROM generate_series(1, %6$d) AS n) AS made"""
            .formatted(
                ids.next().toString().replace("-", "").substring(0, 17),
                other,
                ACCOUNT,
                node.node(),
                NOW,
                count),
        """
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, call_id, at)
        SELECT m.kind, m.debit, m.credit, c.asset, 4, c.id, c.sent_at
          FROM provider_call c JOIN balance b USING (tenant_id, asset)
         CROSS JOIN LATERAL (VALUES ('reserve', b.available_account, b.reserved_account),
                                    ('settle', b.reserved_account, b.spent_account))
               AS m (kind, debit, credit)
         WHERE c.tenant_id = '%s'"""
            .formatted(other),
        "UPDATE balance SET available = 0, spent = %d WHERE tenant_id = '%s'"
            .formatted(4 * count, other));
  }

  /** What the export has of {@link #speak}. */
  private static BillRow[] rowsOf(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> rowAt("r" + n, NOW.plusSeconds(n + 1)))
        .toArray(BillRow[]::new);
  }

  private static BillRow row(String task, String amount) {
    return new BillRow(task, task, Asset.VIDEO_UNIT, Credits.of(amount), NOW, "tts");
  }

  private static BillRow rowAt(String task, Instant at) {
    return new BillRow(task, task, Asset.VIDEO_UNIT, Credits.of("4"), at, "tts");
  }

  private Look begin() throws Exception {
    return await(looks.next(node, ACCOUNT, new Span(DAY, DAY, LATER, NOW), LATER)).orElseThrow();
  }

  private void askAgain() throws Exception {
    await(days.ask(new Place(DAY, ACCOUNT), LATER));
  }

  private static CallSpan span(boolean complete) {
    return new CallSpan(
        START, START.plus(Duration.ofDays(1)), Duration.ofMinutes(5), LATER, complete);
  }

  private void look(boolean complete, BillRow... rows) throws Exception {
    Look look = begin();
    Look read = new Look(ACCOUNT, DAY, look.number(), Phase.BOOKS, null, look.begunAt());
    await(looks.keep(node, List.of(rows), List.of(), read, LATER));
    await(looks.openBooks(node, look));
    await(looks.compareCalls(node, look, span(complete), LATER));
    await(looks.finish(node, look, complete, false, LATER));
  }

  private String mark(CallId call) {
    return store.database.text(
        "SELECT reconcile_mark FROM provider_call WHERE id = '" + call + "'");
  }

  private String balance() {
    return store.balance(tenant);
  }

  private List<Item> items() throws Exception {
    return await(days.items(new Wanted(ACCOUNT, DAY, null), Long.MAX_VALUE, 100));
  }

  private Credits loss() throws Exception {
    return totals("provider_loss");
  }

  private Credits totals(String role) throws Exception {
    return await(store.store.ledger.totals(Asset.VIDEO_UNIT)).getOrDefault(role, Credits.ZERO);
  }
}
