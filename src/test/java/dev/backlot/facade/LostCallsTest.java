package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.call.CallCommands;
import dev.backlot.call.CallDesk;
import dev.backlot.config.CallsConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.Secret;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.net.WebAddress;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.http.Authentication;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import dev.backlot.port.Calls;
import dev.backlot.port.ClientReplies;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.UsableAccounts;
import dev.backlot.store.PgAccessKeys;
import dev.backlot.store.PgCalls;
import dev.backlot.store.PgClientReplies;
import dev.backlot.store.PgClientTasks;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgDeductions;
import dev.backlot.store.PgKeys;
import dev.backlot.store.StoreFixture;
import dev.backlot.system.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpResponse;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that are answered at once and whose clients send them again, with two nodes. */
class LostCallsTest {
  private static final String PATH = "/v1/audio/tts";
  private static final JsonObject BODY =
      new JsonObject().put("text", "The boat drifts.").put("voice_id", "oversea_male1");
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  /** What the provider is asked, each to be answered by the test. */
  private final BlockingQueue<Promise<CallOutcome>> asked = new LinkedBlockingQueue<>();

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final InstantSource clock = now::get;
  private final List<TestServer> servers = new ArrayList<>();
  private final ExecutorService clients = Executors.newCachedThreadPool();

  /** Of the nodes, in turn. */
  private final List<PendingRequests> pending = new ArrayList<>();

  private final LeavingClients leaving = new LeavingClients();

  /** Until the other node has found a call that is under way. */
  private final CountDownLatch found = new CountDownLatch(1);

  /** Until then no delivery is noted. */
  private volatile Promise<Void> notes = open();

  private static Promise<Void> open() {
    Promise<Void> open = Promise.promise();
    open.complete();
    return open;
  }

  private StoreFixture store;
  private Vertx vertx;
  private PgKeys keys;
  private Calls calls;

  /** Whether a call cannot be read in the books. */
  private volatile boolean unreadable;

  private PgClientReplies replies;
  private NodeLease first;
  private TestServer one;
  private TestServer other;

  private final class Watched implements ClientReplies {
    private final ClientReplies replies;

    Watched(ClientReplies replies) {
      this.replies = replies;
    }

    @Override
    public Future<Optional<JobId>> takeLost(TenantId tenant, ClientReply reply, Instant now) {
      return replies.takeLost(tenant, reply, now);
    }

    @Override
    public Future<Set<JobId>> onTheirWay(TenantId tenant, ClientReply reply, Instant now) {
      return replies.onTheirWay(tenant, reply, now);
    }

    @Override
    public Future<Optional<CallId>> takeLostCall(
        TenantId tenant, String digest, Duration window, Set<UUID> beside, Instant now) {
      return replies.takeLostCall(tenant, digest, window, beside, now);
    }

    @Override
    public Future<Optional<Unanswered>> unanswered(
        TenantId tenant, String digest, Duration window, Set<UUID> beside, Instant now) {
      return replies
          .unanswered(tenant, digest, window, beside, now)
          .onSuccess(first -> first.ifPresent(there -> found.countDown()));
    }

    @Override
    public Future<Void> delivered(List<UUID> made, Instant olderThan) {
      Context loop = vertx.getOrCreateContext();
      Promise<Void> noted = Promise.promise();
      notes
          .future()
          .compose(open -> replies.delivered(made, olderThan))
          .onComplete(done -> loop.runOnContext(back -> noted.handle(done)));
      return noted.future();
    }

    @Override
    public Future<Void> lost(UUID made, Instant now) {
      return replies.lost(made, now);
    }
  }

  @BeforeEach
  void start() throws Exception {
    store = new StoreFixture();
    vertx = store.vertx;
    keys = new PgKeys(vertx, store.database.pool(), new Random(1), UUID::randomUUID);
    calls = readable(new PgCalls(vertx, store.database.pool(), new Random(2)));
    replies = new PgClientReplies(store.database.pool());
    TenantId tenant =
        StoreFixture.await(
            keys.install("acme", TestServer.KEY, Set.of(Scope.values()), clock.instant()));
    StoreFixture.await(
        ledger().grant(tenant, Asset.VIDEO_UNIT, Credits.of("100"), "test", clock.instant()));
    first = store.node("one");
    one = server(first, WINDOW, LONG);
    other = server(store.node("other"), WINDOW, LONG);
  }

  @AfterEach
  void stop() throws Exception {
    for (TestServer server : servers) {
      server.close();
    }
    clients.shutdownNow();
    store.close();
  }

  private Calls readable(Calls books) {
    return (Calls)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Calls.class},
            (proxy, method, arguments) ->
                unreadable && Set.of("find", "answer").contains(method.getName())
                    ? Future.failedFuture(
                        new BacklotException(ErrorCode.STORE_UNAVAILABLE, "Not now."))
                    : method.invoke(books, arguments));
  }

  private PgCreditLedger ledger() {
    return new PgCreditLedger(vertx, store.database.pool(), new Random(3));
  }

  private TestServer server(NodeLease lease, Duration window, Duration timeout) throws Exception {
    PendingRequests node = new PendingRequests();
    pending.add(node);
    TestServer server =
        TestServer.start(
            vertx,
            checks -> List.of(leaving.watch(), routes(checks, lease, window, timeout, node)));
    servers.add(server);
    return server;
  }

  private Routes routes(
      RequestChecks checks,
      NodeLease lease,
      Duration window,
      Duration timeout,
      PendingRequests node) {
    CurrentCatalog catalog = new CurrentCatalog(CatalogFiles.load());
    CallCommands commands =
        CallDesk.open(
            vertx,
            new CallsConfig(
                timeout, 100, 100, 1 << 20, 1 << 16, Duration.ofMinutes(1), Duration.ofSeconds(1)),
            catalog,
            (tenant, uses) -> Future.succeededFuture(Optional.empty()),
            List.of("a"),
            new UsableAccounts(account -> true),
            this::send,
            calls,
            lease.equals(first) ? replies : new Watched(replies),
            window,
            lease,
            UUID::randomUUID,
            clock);
    return FacadeRoutes.of(
        FacadeNodes.config(Duration.ofSeconds(2), window),
        catalog,
        new Authentication(keys, clock),
        new PgAccessKeys(
            vertx,
            store.database.pool(),
            new Secret("a sealing key of 32 characters.."),
            new SecureRandom(),
            UUID::randomUUID),
        checks,
        (caller, job) -> {
          throw new AssertionError("no creates here");
        },
        WebAddress::problem,
        submission -> Future.failedFuture("no creates here"),
        new PgClientTasks(store.database.pool()),
        new Watched(replies),
        node,
        ledger(),
        new PgDeductions(store.database.pool()),
        (tenant, job, n, watermark) -> "/file",
        commands::reading,
        (tenant, call, n) -> "/file",
        clock);
  }

  private Future<CallOutcome> send(
      ProviderCalls.Sending sending, BooleanSupplier permit, Consumer<CallOutcome> late) {
    assertThat(permit.getAsBoolean()).isTrue();
    Promise<CallOutcome> answer = Promise.promise();
    asked.add(answer);
    return answer.future();
  }

  /** What the provider has been asked, once it is. */
  private Promise<CallOutcome> nextAsked() throws Exception {
    Promise<CallOutcome> next = asked.poll(30, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static CallOutcome spoken(String id) {
    return new CallOutcome.Answered(
        "{\"task_id\":\"%s\",\"task_status\":\"succeed\",\"final_unit_deduction\":\"0.05\"}"
            .formatted(id),
        Credits.of("0.05"),
        id);
  }

  private CompletableFuture<HttpResponse<Buffer>> speak(TestServer server) {
    return speak(server, BODY);
  }

  private CompletableFuture<HttpResponse<Buffer>> speak(TestServer server, JsonObject body) {
    return CompletableFuture.supplyAsync(() -> server.post(PATH, body), clients);
  }

  private NetSocket send(JsonObject said) throws Exception {
    return LeavingClients.send(vertx, one.port(), PATH, said);
  }

  /** Asks the first node, and is gone, to its knowledge, when the provider has been asked. */
  private Promise<CallOutcome> leave() throws Exception {
    NetSocket client = send(BODY);
    Promise<CallOutcome> answer = nextAsked();
    client.close().await(20, TimeUnit.SECONDS);
    leaving.untilGone(1);
    return answer;
  }

  private void until(String count, long wanted) {
    Eventually.until(count, LONG, () -> store.database.number(count) == wanted);
  }

  private void untilLost() {
    until("SELECT count(*) FROM client_reply WHERE lost_at IS NOT NULL", 1);
  }

  private void untilClosed() {
    until("SELECT count(*) FROM provider_call WHERE state <> 'open'", 1);
  }

  private long made() {
    return store.database.number("SELECT count(*) FROM provider_call");
  }

  private static int status(CompletableFuture<HttpResponse<Buffer>> answer) throws Exception {
    return answer.get(60, TimeUnit.SECONDS).statusCode();
  }

  /** The data of an answer. */
  private static String task(CompletableFuture<HttpResponse<Buffer>> answer) throws Exception {
    HttpResponse<Buffer> told = answer.get(60, TimeUnit.SECONDS);
    assertThat(told.statusCode()).isEqualTo(200);
    return told.bodyAsJsonObject().getJsonObject("data").encode();
  }

  @Test
  void a_repeat_while_the_first_is_under_way_waits_for_its_answer() throws Exception {
    Promise<CallOutcome> answer = leave();
    untilLost();

    CompletableFuture<HttpResponse<Buffer>> repeat = speak(one);
    answer.complete(spoken("8"));

    assertThat(status(repeat)).isEqualTo(200);
    assertThat(asked).isEmpty();
    assertThat(made()).isOne();
  }

  @Test
  void a_repeat_at_another_node_gets_the_answer_that_was_lost_and_is_not_paid() throws Exception {
    leave().complete(spoken("8"));
    untilClosed();
    untilLost();

    assertThat(task(speak(other)))
        .contains(store.database.text("SELECT public_number::text FROM provider_call"));

    assertThat(asked).isEmpty();
    assertThat(made()).isOne();
    until("SELECT count(*) FROM client_reply", 0);
  }

  @Test
  void a_repeat_that_is_faster_than_the_note_of_the_loss_is_known_as_well() throws Exception {
    Promise<CallOutcome> answer = leave();
    CompletableFuture<HttpResponse<Buffer>> repeat = speak(one);
    answer.complete(spoken("8"));

    assertThat(status(repeat)).isEqualTo(200);
    assertThat(asked).isEmpty();
    assertThat(made()).isOne();
  }

  @Test
  void leavingthat_hang_up_and_ask_again_at_once_pay_once() throws Exception {
    for (int i = 0; i < 20; i++) {
      JsonObject body = BODY.copy().put("text", "Boat " + i);
      send(body).close().await(20, TimeUnit.SECONDS);

      CompletableFuture<HttpResponse<Buffer>> repeat = speak(one, body);
      Promise<CallOutcome> answer = nextAsked();
      leaving.untilGone(i + 1);
      answer.complete(spoken("1" + i));

      task(repeat);
    }

    assertThat(asked).isEmpty();
    assertThat(made()).isEqualTo(20);
    Eventually.until("nobody is remembered", LONG, () -> pending.get(0).size() == 0);
  }

  @Test
  void what_was_paid_and_could_not_be_told_is_given_to_its_repeat_and_not_paid_again()
      throws Exception {
    unreadable = true;
    CompletableFuture<HttpResponse<Buffer>> before = speak(one);
    nextAsked().complete(spoken("8"));
    assertThat(status(before)).isEqualTo(504);
    untilLost();

    assertThat(status(speak(other))).isEqualTo(503);
    untilLost();
    unreadable = false;

    task(speak(one));
    assertThat(asked).isEmpty();
    assertThat(made()).isOne();
  }

  @Test
  void whoever_takes_the_place_of_one_that_could_not_be_told_does_not_pay_again() throws Exception {
    Promise<CallOutcome> answer = leave();
    CompletableFuture<HttpResponse<Buffer>> repeat = speak(one);
    unreadable = true;
    answer.complete(spoken("8"));

    assertThat(status(repeat)).isEqualTo(504);
    assertThat(asked).isEmpty();
    assertThat(made()).isOne();
  }

  @Test
  void a_call_whose_client_is_gone_before_it_is_in_the_books_is_not_made() throws Exception {
    try (Connection holder = store.database.owner()) {
      holder.setAutoCommit(false);
      try (Statement statement = holder.createStatement()) {
        statement.execute("LOCK TABLE client_reply");
      }
      NetSocket client = send(BODY);
      until("SELECT count(*) FROM pg_locks WHERE NOT granted", 1);
      client.close().await(20, TimeUnit.SECONDS);
      leaving.untilGone(1);
    }

    Eventually.until("it is over", LONG, () -> pending.get(0).size() == 0);
    assertThat(asked).isEmpty();
    assertThat(made()).isZero();
  }

  @Test
  void an_answer_whose_delivery_is_not_noted_yet_is_no_loss_to_its_own_node() throws Exception {
    CompletableFuture<HttpResponse<Buffer>> left = speak(one);
    Promise<CallOutcome> first = nextAsked();
    notes = Promise.promise();
    first.complete(spoken("8"));
    task(left);
    forward(Duration.ofSeconds(5));

    CompletableFuture<HttpResponse<Buffer>> right = speak(one);
    nextAsked().complete(spoken("9"));
    task(right);

    notes.complete();
    assertThat(made()).isEqualTo(2);
  }

  @Test
  void a_repeat_of_a_call_that_fails_meanwhile_is_made_anew() throws Exception {
    Promise<CallOutcome> answer = leave();
    CompletableFuture<HttpResponse<Buffer>> repeat = speak(one);
    answer.complete(new CallOutcome.Refused(ErrorCode.PROVIDER_BUSY, 5001));
    nextAsked().complete(spoken("9"));

    task(repeat);
  }

  @Test
  void a_repeat_of_a_call_that_comes_to_nobody_knows_what_is_told_so() throws Exception {
    Promise<CallOutcome> answer = leave();
    CompletableFuture<HttpResponse<Buffer>> repeat = speak(one);
    answer.complete(new CallOutcome.Unknown("no answer in time", 0));

    assertThat(status(repeat)).isEqualTo(504);
    assertThat(asked).isEmpty();
  }

  @Test
  void what_was_answered_and_is_asked_again_is_another_call() throws Exception {
    CompletableFuture<HttpResponse<Buffer>> before = speak(one);
    nextAsked().complete(spoken("8"));
    task(before);
    until("SELECT count(*) FROM client_reply", 0);

    CompletableFuture<HttpResponse<Buffer>> after = speak(one);
    nextAsked().complete(spoken("9"));

    task(after);
    assertThat(made()).isEqualTo(2);
  }

  @Test
  void two_leavingthat_want_the_same_at_once_get_a_call_each() throws Exception {
    CompletableFuture<HttpResponse<Buffer>> left = speak(one);
    Promise<CallOutcome> first = nextAsked();
    CompletableFuture<HttpResponse<Buffer>> right = speak(one);
    nextAsked().complete(spoken("9"));
    first.complete(spoken("8"));

    task(left);
    task(right);
    assertThat(made()).isEqualTo(2);
  }

  @Test
  void who_repeats_a_call_whose_outcome_is_unknown_is_told_so_again() throws Exception {
    CompletableFuture<HttpResponse<Buffer>> before = speak(one);
    nextAsked().complete(new CallOutcome.Unknown("no answer in time", 0));
    assertThat(status(before)).isEqualTo(504);

    assertThat(status(speak(one))).isEqualTo(504);
    assertThat(status(speak(other))).isEqualTo(504);

    assertThat(asked).isEmpty();
    assertThat(made()).isOne();
  }

  @Test
  void behind_the_window_an_unknown_outcome_keeps_nobody_from_another_call() throws Exception {
    CompletableFuture<HttpResponse<Buffer>> before = speak(one);
    nextAsked().complete(new CallOutcome.Unknown("no answer in time", 0));
    assertThat(status(before)).isEqualTo(504);
    forward(WINDOW.plusSeconds(1));

    CompletableFuture<HttpResponse<Buffer>> after = speak(one);
    nextAsked().complete(spoken("9"));

    task(after);
  }

  @Test
  void a_repeat_of_what_was_refused_is_sent_again() throws Exception {
    leave().complete(new CallOutcome.Refused(ErrorCode.PROVIDER_BUSY, 5001));
    untilClosed();
    untilLost();

    CompletableFuture<HttpResponse<Buffer>> repeat = speak(one);
    nextAsked().complete(spoken("9"));

    task(repeat);
  }

  @Test
  void who_asks_for_something_else_gets_it() throws Exception {
    leave().complete(spoken("8"));
    untilClosed();
    untilLost();

    CompletableFuture<HttpResponse<Buffer>> after = speak(one, BODY.copy().put("voice_speed", 1.2));
    nextAsked().complete(spoken("9"));

    task(after);
  }

  @Test
  void a_repeat_at_another_node_waits_until_it_is_known_what_became_of_the_first()
      throws Exception {
    CompletableFuture<HttpResponse<Buffer>> cut = speak(one);
    Promise<CallOutcome> answer = nextAsked();
    // As when the node dies: nobody notes that its client is gone.
    CompletableFuture<HttpResponse<Buffer>> repeat = speak(other);
    assertThat(found.await(30, TimeUnit.SECONDS)).isTrue();
    forward(Duration.ofSeconds(5));

    answer.complete(new CallOutcome.Unknown("no answer in time", 0));

    assertThat(status(repeat)).isEqualTo(504);
    assertThat(status(cut)).isEqualTo(504);
    assertThat(asked).isEmpty();
    assertThat(made()).isOne();
  }

  @Test
  void a_repeat_that_has_waited_for_as_long_as_a_call_may_take_is_told_that_nobody_knows()
      throws Exception {
    Promise<CallOutcome> answer = leave();
    untilLost();
    CompletableFuture<HttpResponse<Buffer>> repeat = speak(other);
    until("SELECT count(*) FROM client_reply WHERE lost_at IS NULL", 1);

    forward(LONG.plusSeconds(1));

    assertThat(status(repeat)).isEqualTo(504);
    answer.complete(spoken("8"));
  }

  @Test
  void with_the_window_off_every_call_is_another() throws Exception {
    leave().complete(spoken("8"));
    untilClosed();
    TestServer off = server(first, Duration.ZERO, LONG);

    CompletableFuture<HttpResponse<Buffer>> after = speak(off);
    nextAsked().complete(spoken("9"));

    task(after);
    assertThat(made()).isEqualTo(2);
  }

  private void forward(Duration ahead) {
    now.updateAndGet(instant -> instant.plus(ahead));
  }
}
