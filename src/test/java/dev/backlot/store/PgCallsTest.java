package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.StoreFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallState;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.call.ReconcileMark;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Calls.Abandoned;
import dev.backlot.port.Calls.Opening;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PgCallsTest {
  private static final JobError REFUSED = new JobError(ErrorCode.PROVIDER_REJECTED, "No.");
  private static final Output SESSION =
      new Output(0, "session", null, false, "session_id/0/", "fs-1", null);

  private StoreFixture store;
  private PgCalls calls;
  private NodeLease node;
  private TenantId tenant;

  /** A tenant with 10 units. */
  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    calls = new PgCalls(store.vertx, store.database.pool(), new Random(9));
    node = store.node("one");
    tenant = store.store.tenant("caller", "10");
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  private NewCall call(@Nullable String amount, NewCall.@Nullable Key key) {
    Price price = amount == null ? null : new Price(Asset.VIDEO_UNIT, Credits.of(amount));
    return SampleCall.of(new CallId(store.ids.next()), tenant, "account-a", node, price, key);
  }

  private CallId opened(@Nullable String amount) {
    NewCall call = call(amount, null);
    assertThat(await(calls.open(call, NOW))).isInstanceOf(Opening.Opened.class);
    return call.id();
  }

  private Call found(CallId id) {
    return await(calls.find(tenant, id)).orElseThrow();
  }

  private String balance() {
    return store.balance(tenant);
  }

  private String transfers(CallId call) {
    return store.database.text(
        "SELECT coalesce(string_agg(kind || ' ' || trim_scale(amount), ', ' ORDER BY id), '') FROM"
            + " transfer WHERE call_id = '"
            + call
            + "'");
  }

  private static CallEnd succeeded(@Nullable String billed) {
    return new CallEnd.Succeeded(
        NOW, billed == null ? null : Credits.of(billed), "77", List.of(SESSION), "{}");
  }

  private static CallEnd unknown() {
    return new CallEnd.Unknown(NOW, 0);
  }

  private static CallEnd refused() {
    return new CallEnd.Failed(NOW, REFUSED, 1201);
  }

  @Test
  void an_open_call_holds_what_it_costs() {
    CallId id = opened("4");

    assertThat(found(id).state()).isEqualTo(CallState.OPEN);
    assertThat(balance()).isEqualTo("6 4 0");
    assertThat(transfers(id)).isEqualTo("reserve 4");
  }

  @Test
  void its_number_is_behind_those_of_all_jobs() {
    Opening opening = await(calls.open(call("1", null), NOW));

    assertThat(opening)
        .isInstanceOfSatisfying(
            Opening.Opened.class,
            opened ->
                assertThat(opened.number()).isBetween(900500000000000001L, 900999999999999999L));
  }

  @Test
  void what_cannot_be_paid_is_not_opened() {
    assertThat(await(calls.open(call("10.000001", null), NOW)))
        .isEqualTo(new Opening.TooLittleCredit(Credits.of("10")));

    assertThat(await(calls.list(tenant, null, 10)).items()).isEmpty();
    assertThat(balance()).isEqualTo("10 0 0");
  }

  @Test
  void a_tenant_without_any_credit_may_make_what_is_free() {
    tenant = await(store.store.keys.create("poor", Set.of(Scope.SUBMIT), NOW)).tenant();

    CallId id = opened(null);
    await(calls.close(id, succeeded(null), NOW));

    assertThat(found(id).settled()).isEqualTo(Credits.ZERO);
    assertThat(transfers(id)).isEmpty();
  }

  @Test
  void a_success_pays_what_was_billed_and_gives_the_rest_back() {
    CallId id = opened("4");

    assertThat(await(calls.close(id, succeeded("3"), NOW))).isTrue();

    Call call = found(id);
    assertThat(call.state()).isEqualTo(CallState.SUCCEEDED);
    assertThat(call.settled()).isEqualTo(Credits.of("3"));
    assertThat(call.outputs()).containsExactly(SESSION);
    assertThat(await(calls.answer(tenant, id))).contains("{}");
    assertThat(balance()).isEqualTo("7 0 3");
    assertThat(transfers(id)).isEqualTo("reserve 4, settle 3, release 1");
  }

  @Test
  void a_success_without_a_bill_costs_what_was_reserved() {
    CallId id = opened("4");

    await(calls.close(id, succeeded(null), NOW));

    assertThat(balance()).isEqualTo("6 0 4");
    assertThat(transfers(id)).isEqualTo("reserve 4, settle 4");
  }

  @Test
  void what_the_provider_takes_beyond_is_drift() {
    CallId id = opened("4");

    await(calls.close(id, succeeded("5"), NOW));

    assertThat(balance()).isEqualTo("6 0 4");
    assertThat(transfers(id)).isEqualTo("reserve 4, settle 4, drift 1");
    assertThat(await(store.store.ledger.totals(Asset.VIDEO_UNIT)))
        .containsEntry("provider_drift", Credits.of("1"));
  }

  @Test
  void a_refusal_costs_nothing() {
    CallId id = opened("4");

    await(calls.close(id, refused(), NOW));

    Call call = found(id);
    assertThat(call.state()).isEqualTo(CallState.FAILED);
    assertThat(call.error()).isEqualTo(REFUSED);
    assertThat(balance()).isEqualTo("10 0 0");
    assertThat(transfers(id)).isEqualTo("reserve 4, release 4");
  }

  @Test
  void an_unknown_outcome_counts_as_spent_and_is_marked_for_the_bill() {
    CallId id = opened("4");

    await(calls.close(id, unknown(), NOW));

    Call call = found(id);
    assertThat(call.state()).isEqualTo(CallState.UNKNOWN);
    assertThat(call.mark()).isEqualTo(ReconcileMark.OPEN);
    assertThat(call.error()).isEqualTo(CallEnd.UNKNOWN);
    assertThat(balance()).isEqualTo("6 0 4");
    assertThat(transfers(id)).isEqualTo("reserve 4, settle 4");
  }

  @Test
  void an_unknown_outcome_of_what_is_free_leaves_nothing_to_find_out() {
    CallId id = opened(null);

    await(calls.close(id, unknown(), NOW));

    assertThat(found(id).mark()).isNull();
  }

  @Test
  void a_call_is_closed_once() {
    CallId id = opened("4");
    await(calls.close(id, unknown(), NOW));

    assertThat(await(calls.close(id, succeeded("4"), NOW))).isFalse();

    assertThat(found(id).state()).isEqualTo(CallState.UNKNOWN);
    assertThat(transfers(id)).isEqualTo("reserve 4, settle 4");
  }

  @Test
  void an_answer_and_a_take_over_at_the_same_time_make_one_end() {
    List<CallId> ids = IntStream.range(0, 100).mapToObj(i -> opened("0.1")).toList();
    List<Future<Boolean>> closed = new ArrayList<>();

    for (CallId id : ids) {
      closed.add(calls.close(id, unknown(), NOW));
      closed.add(calls.close(id, succeeded("0.1"), NOW));
      closed.add(calls.close(id, refused(), NOW));
    }

    assertThat(closed.stream().filter(Store::await)).hasSize(100);
    assertThat(store.database.number("SELECT count(*) FROM provider_call WHERE state = 'open'"))
        .isZero();
    assertThat(store.database.number("SELECT count(*) FROM transfer WHERE call_id IS NOT NULL"))
        .isEqualTo(200);
  }

  @Test
  void calls_at_the_same_time_never_spend_more_than_there_is() {
    List<Future<Opening>> openings =
        IntStream.range(0, 50).mapToObj(i -> calls.open(call("0.3", null), NOW)).toList();

    assertThat(openings.stream().map(Store::await).filter(Opening.Opened.class::isInstance))
        .hasSize(33);
    assertThat(balance()).isEqualTo("0.1 9.9 0");
  }

  @Test
  void what_a_late_answer_says_helps_to_find_the_call_in_the_bill_and_changes_nothing() {
    CallId id = opened("4");
    await(calls.close(id, unknown(), NOW));

    await(calls.tellLate(id, "77", 0));

    assertThat(store.database.text("SELECT provider_task_id FROM provider_call")).isEqualTo("77");
    assertThat(found(id).state()).isEqualTo(CallState.UNKNOWN);
  }

  @Test
  void a_key_answers_with_the_call_that_it_made() {
    NewCall.Key key = new NewCall.Key("again", "ab".repeat(32));
    NewCall first = call("4", key);
    await(calls.open(first, NOW));

    assertThat(await(calls.open(call("4", key), NOW)))
        .isEqualTo(new Opening.Known(found(first.id())));

    assertThat(balance()).isEqualTo("6 4 0");
  }

  @Test
  void a_key_is_good_for_one_body() {
    await(calls.open(call("4", new NewCall.Key("again", "ab".repeat(32))), NOW));

    assertThat(await(calls.open(call("4", new NewCall.Key("again", "cd".repeat(32))), NOW)))
        .isEqualTo(new Opening.KeyReused());
  }

  @Test
  void a_key_that_comes_many_times_at_once_opens_one_call() {
    NewCall.Key key = new NewCall.Key("again", "ab".repeat(32));

    List<Future<Opening>> openings =
        IntStream.range(0, 20).mapToObj(i -> calls.open(call("4", key), NOW)).toList();

    assertThat(openings.stream().map(Store::await).filter(Opening.Opened.class::isInstance))
        .hasSize(1);
    assertThat(balance()).isEqualTo("6 4 0");
  }

  private NewCall repeatable(@Nullable String amount, Set<UUID> beside) {
    NewCall call = call(amount, null);
    return new NewCall(
        call.id(),
        call.tenant(),
        call.keyId(),
        call.call(),
        call.account(),
        call.node(),
        call.epoch(),
        call.price(),
        call.priceVersion(),
        null,
        null,
        new NewCall.Reply("ab".repeat(32), NOW.minusSeconds(60), beside));
  }

  @Test
  void what_is_asked_for_at_many_nodes_at_once_opens_one_call() {
    List<Future<Opening>> openings =
        IntStream.range(0, 20).mapToObj(i -> calls.open(repeatable("0.4", Set.of()), NOW)).toList();

    assertThat(openings.stream().map(Store::await).filter(Opening.Repeated.class::isInstance))
        .hasSize(19);
    assertThat(balance()).isEqualTo("9.6 0.4 0");
  }

  @Test
  void a_call_of_which_its_node_knows_holds_no_other_up() {
    NewCall first = repeatable("4", Set.of());
    await(calls.open(first, NOW));

    assertThat(await(calls.open(repeatable("4", Set.of(first.id().value())), NOW)))
        .isInstanceOf(Opening.Opened.class);
  }

  @Test
  void a_repeat_that_could_not_be_paid_is_told_so() {
    await(calls.open(repeatable("8", Set.of()), NOW));

    assertThat(await(calls.open(repeatable("8", Set.of()), NOW)))
        .isEqualTo(new Opening.TooLittleCredit(Credits.of("2")));
  }

  @Test
  void what_has_failed_is_opened_anew() {
    NewCall first = repeatable("4", Set.of());
    await(calls.open(first, NOW));
    await(calls.close(first.id(), refused(), NOW));

    assertThat(await(calls.open(repeatable("4", Set.of()), NOW)))
        .isInstanceOf(Opening.Opened.class);
  }

  @Test
  void what_a_dead_node_leaves_open_is_found() throws Exception {
    CallId id = opened("4");
    assertThat(await(calls.abandoned(10))).isEmpty();

    await(store.membership.leave(node));

    assertThat(await(calls.abandoned(10)))
        .containsExactly(new Abandoned(id, tenant, "tts", "account-a", NOW));
    await(calls.close(id, unknown(), NOW));
    assertThat(await(calls.abandoned(10))).isEmpty();
  }

  @Test
  void a_node_that_is_back_does_not_know_what_it_sent_under_its_lost_lease() throws Exception {
    CallId id = opened("4");

    store.register(node, "one");

    assertThat(await(calls.abandoned(10))).extracting(Abandoned::id).containsExactly(id);
  }

  @Test
  void another_tenants_call_does_not_exist() {
    CallId id = opened("4");
    await(calls.close(id, succeeded(null), NOW));

    TenantId rival = store.store.tenant("rival", "1");

    assertThat(await(calls.find(rival, id))).isEmpty();
    assertThat(await(calls.answer(rival, id))).isEmpty();
    assertThat(await(calls.list(rival, null, 10)).items()).isEmpty();
  }

  @Test
  void the_list_is_newest_first_and_its_pages_meet() {
    List<CallId> ids = IntStream.range(0, 3).mapToObj(i -> opened("1")).toList();

    Page<Call> first = await(calls.list(tenant, null, 2));
    Page<Call> second = await(calls.list(tenant, first.nextCursor(), 2));

    assertThat(first.items()).extracting(Call::id).containsExactly(ids.get(2), ids.get(1));
    assertThat(second.items()).extracting(Call::id).containsExactly(ids.get(0));
    assertThat(second.nextCursor()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE provider_call SET state = 'succeeded', closed_at = now()",
        "UPDATE provider_call SET state = 'unknown', settled = 4, closed_at = now(), error_number = 318",
        "UPDATE provider_call SET reconcile_mark = 'open'",
        "UPDATE provider_call SET settled = 5",
        "UPDATE provider_call SET closed_at = now()"
      })
  void no_row_says_what_cannot_be(String sql) {
    opened("4");

    assertThatThrownBy(() -> store.database.execute(sql))
        .rootCause()
        .hasMessageContaining("violates check constraint");
  }

  @Test
  void a_reservation_in_the_ledger_belongs_to_a_job_or_to_a_call() {
    assertThatThrownBy(
            () ->
                store.database.execute(
                    """
                    INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, at)
                    SELECT 'reserve', available_account, reserved_account, asset, 1, now()
                      FROM balance LIMIT 1"""))
        .rootCause()
        .hasMessageContaining("transfer_belongs");
  }
}
