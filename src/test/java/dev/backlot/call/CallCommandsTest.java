package dev.backlot.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CallsConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.call.CallState;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.http.CallAnswer;
import dev.backlot.http.CallJson;
import dev.backlot.port.Calls;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.UsableAccounts;
import dev.backlot.store.PgCalls;
import dev.backlot.store.PgClientReplies;
import dev.backlot.store.StoreFixture;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the request to the books, with a provider that answers as it is told. */
class CallCommandsTest {
  private static final Map<String, Object> SPEECH = Map.of("text", "hello", "voice_id", "v");
  private static final CallOutcome.Answered SPOKEN =
      new CallOutcome.Answered(
          "{\"task_id\":\"867-867-867\",\"task_result\":{\"audios\":[{\"id\":\"868-868-868\",\"url\":\"https://cdn.example/a.mp3\",\"duration\":\"2.0\"}]},\"final_unit_deduction\":\"0.05\"}",
          Credits.of("0.05"),
          "867-867-867");

  private StoreFixture store;
  private Calls calls;
  private NodeLease lease;
  private Principal caller;
  private CallCommands commands;
  private final List<ProviderCalls.Sending> sent = new CopyOnWriteArrayList<>();
  private final List<String> open = new ArrayList<>(List.of("a", "b"));
  private Future<CallOutcome> answer = Future.succeededFuture(SPOKEN);
  private Runnable beforeTheWrite = () -> {};
  private Consumer<CallOutcome> late = nothing -> {};
  private Optional<Pinned> pinned = Optional.empty();

  @BeforeEach
  void start() throws Exception {
    store = new StoreFixture();
    calls = new PgCalls(store.vertx, store.database.pool(), new Random(1));
    lease = store.node("one");
    caller = new Principal(store.tenant, "testtesttest", Set.of(Scope.SUBMIT));
    commands = commands(calls, 10);
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
  }

  private CallCommands commands(Calls books, int perTenant) {
    Catalog catalog = CatalogFiles.load();
    return CallDesk.open(
        store.vertx,
        new CallsConfig(
            Duration.ofSeconds(5),
            100,
            perTenant,
            1 << 20,
            1 << 16,
            Duration.ofMinutes(1),
            Duration.ofSeconds(1)),
        () -> catalog,
        (tenant, uses) -> Future.succeededFuture(pinned),
        List.of("a", "b"),
        new UsableAccounts(open::contains),
        this::send,
        books,
        new PgClientReplies(store.database.pool()),
        Duration.ofMinutes(1),
        lease,
        UUID::randomUUID,
        InstantSource.system());
  }

  private Future<CallOutcome> send(
      ProviderCalls.Sending sending, BooleanSupplier permit, Consumer<CallOutcome> later) {
    late = later;
    beforeTheWrite.run();
    if (!permit.getAsBoolean()) {
      return Future.succeededFuture(new CallOutcome.NeverSent(ErrorCode.OVERLOADED, "no"));
    }
    sent.add(sending);
    return answer;
  }

  private Future<CallAnswer> speak(@Nullable String key) {
    return make("tts", SPEECH, key);
  }

  private Future<CallAnswer> make(String call, Map<String, Object> input, @Nullable String key) {
    return commands.make(commands.read(caller, call, input, key));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static ErrorCode failure(Future<?> future) throws Exception {
    try {
      throw new AssertionError("succeeded with " + await(future));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BacklotException known) {
        return known.code();
      }
      throw failed;
    }
  }

  private Call only() throws Exception {
    List<Call> all = await(commands.list(store.tenant, null, 10)).items();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void what_the_provider_answers_comes_in_our_words_and_is_charged() throws Exception {
    JsonObject answered = CallJson.of(await(speak(null)));

    JsonObject sound =
        answered
            .getJsonObject("result")
            .getJsonObject("task_result")
            .getJsonArray("audios")
            .getJsonObject(0);
    assertThat(answered.getString("state")).isEqualTo("succeeded");
    assertThat(answered.getString("charged")).isEqualTo("0.05");
    assertThat(sound.getString("id")).matches("80[0-9]{16}");
    assertThat(sound.getString("url"))
        .isEqualTo("/api/v1/calls/" + answered.getString("id") + "/outputs/1");
    assertThat(answered.encode()).doesNotContain("867-867-867", "868-868-868", "cdn.example");
    assertThat(store.balance()).isEqualTo("999999.95 0 0.05");
  }

  @Test
  void what_the_provider_refuses_costs_nothing() throws Exception {
    answer = Future.succeededFuture(new CallOutcome.Refused(ErrorCode.CONTENT_REJECTED, 1301));

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.CONTENT_REJECTED);

    assertThat(only().state()).isEqualTo(CallState.FAILED);
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void what_was_never_sent_costs_nothing() throws Exception {
    answer =
        Future.succeededFuture(
            new CallOutcome.NeverSent(ErrorCode.PROVIDER_UNAVAILABLE, "breaker open"));

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);

    assertThat(only().sentAt()).isNull();
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void an_unknown_outcome_is_said_to_be_one_and_counts_as_spent() throws Exception {
    answer = Future.succeededFuture(new CallOutcome.Unknown("no answer in time", 0));

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.CALL_OUTCOME_UNKNOWN);

    assertThat(only().state()).isEqualTo(CallState.UNKNOWN);
    assertThat(store.balance()).isEqualTo("999999.95 0 0.05");
  }

  @Test
  void an_unknown_outcome_is_not_sent_again_by_its_key() throws Exception {
    answer = Future.succeededFuture(new CallOutcome.Unknown("no answer in time", 0));
    failure(speak("again"));
    answer = Future.succeededFuture(SPOKEN);

    assertThat(failure(speak("again"))).isEqualTo(ErrorCode.CALL_OUTCOME_UNKNOWN);

    assertThat(sent).hasSize(1);
    assertThat(store.balance()).isEqualTo("999999.95 0 0.05");
  }

  @Test
  void a_late_answer_helps_the_bill_and_changes_nothing() throws Exception {
    answer = Future.succeededFuture(new CallOutcome.Unknown("no answer in time", 0));
    failure(speak(null));

    late.accept(SPOKEN);

    while (store.database.number(
            "SELECT count(*) FROM provider_call WHERE provider_task_id = '867-867-867'")
        == 0) {
      Thread.onSpinWait();
    }
    assertThat(only().state()).isEqualTo(CallState.UNKNOWN);
  }

  @Test
  void a_key_answers_with_what_it_has_made() throws Exception {
    JsonObject first = CallJson.of(await(speak("again")));

    CallAnswer second = await(speak("again"));

    assertThat(((CallAnswer.Made) second).replayed()).isTrue();
    assertThat(CallJson.of(second)).isEqualTo(first);
    assertThat(sent).hasSize(1);
  }

  @Test
  void a_key_whose_call_is_under_way_sends_nothing() throws Exception {
    Promise<CallOutcome> slow = Promise.promise();
    answer = slow.future();
    Future<CallAnswer> first = speak("again");
    while (sent.isEmpty()) {
      Thread.onSpinWait();
    }

    assertThat(failure(speak("again"))).isEqualTo(ErrorCode.CALL_UNDER_WAY);

    slow.complete(SPOKEN);
    await(first);
    assertThat(sent).hasSize(1);
  }

  @Test
  void a_call_that_the_sweep_has_closed_stays_unknown_whatever_comes() throws Exception {
    Promise<CallOutcome> slow = Promise.promise();
    answer = slow.future();
    Future<CallAnswer> first = speak(null);
    while (sent.isEmpty()) {
      Thread.onSpinWait();
    }
    await(store.membership.leave(lease));

    await(new CallSweep(calls, InstantSource.system()).look());
    slow.complete(SPOKEN);

    assertThat(failure(first)).isEqualTo(ErrorCode.CALL_OUTCOME_UNKNOWN);
    assertThat(only().state()).isEqualTo(CallState.UNKNOWN);
    assertThat(store.balance()).isEqualTo("999999.95 0 0.05");
  }

  @Test
  void without_a_lease_nothing_is_sent() throws Exception {
    lease.lost();

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.OVERLOADED);

    assertThat(sent).isEmpty();
    assertThat(await(commands.list(store.tenant, null, 10)).items()).isEmpty();
  }

  @Test
  void a_lease_that_is_lost_before_the_write_keeps_it_from_being_sent() throws Exception {
    beforeTheWrite = lease::lost;

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.OVERLOADED);

    assertThat(sent).isEmpty();
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void a_call_whose_commit_comes_after_all_is_released_and_never_sent() throws Exception {
    commands = commands(new LateCommit(ErrorCode.OUTCOME_UNKNOWN), 10);

    assertThat(failure(speak("again"))).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);

    Eventually.until(
        "what was stored late is closed",
        Duration.ofSeconds(30),
        () ->
            store.database.number("SELECT count(*) FROM provider_call WHERE state = 'failed'")
                == 1);
    assertThat(sent).isEmpty();
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void a_call_that_surely_was_not_stored_is_not_looked_for() throws Exception {
    LateCommit books = new LateCommit(ErrorCode.OVERLOADED);
    commands = commands(books, 10);

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.OVERLOADED);

    assertThat(books.looks).hasValue(0);
  }

  @Test
  void a_call_that_was_done_is_told_as_done_when_the_answer_to_its_commit_is_lost()
      throws Exception {
    commands = commands(new LostAnswer(), 10);

    JsonObject answered = CallJson.of(await(speak(null)));

    assertThat(answered.getString("state")).isEqualTo("succeeded");
    assertThat(sent).hasSize(1);
    assertThat(store.balance()).isEqualTo("999999.95 0 0.05");
  }

  @Test
  void a_call_that_was_refused_is_told_as_refused_when_the_answer_to_its_commit_is_lost()
      throws Exception {
    commands = commands(new LostAnswer(), 10);
    answer = Future.succeededFuture(new CallOutcome.Refused(ErrorCode.CONTENT_REJECTED, 1301));

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.CONTENT_REJECTED);

    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  /** Another try would be refused as well, for as long as the node lives. */
  @Test
  void a_call_whose_end_the_database_does_not_take_is_closed_as_unknown() throws Exception {
    answer =
        Future.succeededFuture(new CallOutcome.Answered("{}", Credits.of("0.05"), "867\u0000867"));

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.CALL_OUTCOME_UNKNOWN);

    assertThat(only().state()).isEqualTo(CallState.UNKNOWN);
    assertThat(store.balance()).isEqualTo("999999.95 0 0.05");
  }

  @Test
  void one_tenant_has_a_bound_of_its_own() throws Exception {
    commands = commands(calls, 1);
    Promise<CallOutcome> slow = Promise.promise();
    answer = slow.future();
    Future<CallAnswer> first = speak(null);

    try {
      speak(null);
      throw new AssertionError("taken");
    } catch (BacklotException refused) {
      assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    slow.complete(SPOKEN);
    await(first);
    await(speak(null));
  }

  @Test
  void what_only_one_account_knows_goes_to_that_account_by_its_ids() throws Exception {
    pinned = Optional.of(new Pinned("b", Map.of("/session_id", "fs-1")));
    answer =
        Future.succeededFuture(
            new CallOutcome.Answered("{\"status\":0,\"session_id\":\"fs-1\"}", null, null));

    JsonObject answered =
        CallJson.of(
            await(make("clear-selection", Map.of("session_id", "800000000000000010"), null)));

    assertThat(sent.get(0).account()).isEqualTo("b");
    assertThat(sent.get(0).body()).isEqualTo("{\"session_id\":\"fs-1\"}");
    assertThat(answered.getJsonObject("result").getString("session_id"))
        .isEqualTo("800000000000000010");
  }

  @Test
  void an_account_that_is_shut_keeps_what_only_it_knows_from_being_sent() throws Exception {
    pinned = Optional.of(new Pinned("b", Map.of("/session_id", "fs-1")));
    open.remove("b");

    assertThat(failure(make("clear-selection", Map.of("session_id", "800000000000000010"), null)))
        .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void too_little_credit_sends_nothing() throws Exception {
    store.database.execute(
        "UPDATE balance SET available = 0.04 WHERE tenant_id = '" + store.tenant + "'");

    assertThat(failure(speak(null))).isEqualTo(ErrorCode.CREDIT_EXHAUSTED);

    assertThat(sent).isEmpty();
  }

  @Test
  void presets_are_asked_for_once_and_are_in_no_books() throws Exception {
    answer =
        Future.succeededFuture(
            new CallOutcome.Answered(
                "[{\"voice_id\":\"1\",\"trial_url\":\"https://cdn.example/v.mp3\"}]", null, null));

    JsonObject first = CallJson.of(await(make("presets-voices", Map.of("pageNum", 1), null)));
    await(make("presets-voices", Map.of("pageNum", 1), null));

    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).path()).isEqualTo("/v1/general/presets-voices?pageNum=1");
    assertThat(first.encode()).contains("voice_id").doesNotContain("cdn.example");
    assertThat(await(commands.list(store.tenant, null, 10)).items()).isEmpty();
  }

  /** The books of the database. */
  private class Books implements Calls {
    @Override
    public Future<Opening> open(NewCall call, Instant now) {
      return calls.open(call, now);
    }

    @Override
    public Future<Boolean> close(CallId id, CallEnd end, Instant now) {
      return calls.close(id, end, now);
    }

    @Override
    public Future<Void> tellLate(CallId id, @Nullable String task, int code) {
      return calls.tellLate(id, task, code);
    }

    @Override
    public Future<List<Abandoned>> abandoned(int limit) {
      return calls.abandoned(limit);
    }

    @Override
    public Future<Optional<Call>> find(TenantId tenant, CallId id) {
      return calls.find(tenant, id);
    }

    @Override
    public Future<Page<Call>> list(TenantId tenant, @Nullable String cursor, int limit) {
      return calls.list(tenant, cursor, limit);
    }

    @Override
    public Future<Optional<String>> answer(TenantId tenant, CallId id) {
      return calls.answer(tenant, id);
    }
  }

  /** Fails to open a call, and stores it all the same once somebody has looked for it. */
  private final class LateCommit extends Books {
    private final AtomicReference<@Nullable NewCall> waiting = new AtomicReference<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final ErrorCode failure;

    LateCommit(ErrorCode failure) {
      this.failure = failure;
    }

    @Override
    public Future<Opening> open(NewCall call, Instant now) {
      waiting.set(call);
      return Future.failedFuture(new BacklotException(failure, "no answer to the commit"));
    }

    @Override
    public Future<Boolean> close(CallId id, CallEnd end, Instant now) {
      looks.incrementAndGet();
      return calls.close(id, end, now).compose(closed -> commit(now).map(closed));
    }

    private Future<?> commit(Instant now) {
      NewCall late = waiting.getAndSet(null);
      return late == null ? Future.succeededFuture() : calls.open(late, now);
    }
  }

  /** Closes a call, and the answer to the first commit is lost. */
  private final class LostAnswer extends Books {
    private final AtomicBoolean lost = new AtomicBoolean();

    @Override
    public Future<Boolean> close(CallId id, CallEnd end, Instant now) {
      return calls
          .close(id, end, now)
          .compose(
              closed ->
                  lost.compareAndSet(false, true)
                      ? Future.failedFuture(
                          new BacklotException(ErrorCode.OUTCOME_UNKNOWN, "no answer"))
                      : Future.succeededFuture(closed));
    }
  }
}
