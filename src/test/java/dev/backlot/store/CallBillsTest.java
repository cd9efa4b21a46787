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

  private CallId unknown() throws Exception {
    return call(new CallEnd.Unknown(NOW, 0));
  }

  private CallId call(CallEnd end) throws Exception {
    NewCall call = SampleCall.of(new CallId(ids.next()), tenant, ACCOUNT, node, FOUR, null);
    await(calls.open(call, NOW));
    await(calls.close(call.id(), end, NOW));
    return call.id();
  }

  private static BillRow row(String task, String amount) {
    return new BillRow(task, task, Asset.VIDEO_UNIT, Credits.of(amount), NOW, "tts");
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
