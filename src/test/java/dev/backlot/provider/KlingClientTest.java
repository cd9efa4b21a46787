package dev.backlot.provider;

import static dev.backlot.provider.KlingFixture.get;
import static dev.backlot.provider.KlingStub.answer;
import static dev.backlot.provider.KlingStub.error;
import static dev.backlot.provider.KlingStub.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.config.AccountConfig.Credential;
import dev.backlot.config.AccountConfig.Lookup;
import dev.backlot.config.ProviderConfig;
import dev.backlot.config.Secret;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a create proves, whatever the wire does (promise P2). */
class KlingClientTest {
  /** Until a deadline: long enough that the request is out before it, if the machine stalls. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final Duration LONG = Duration.ofSeconds(30);

  private KlingFixture kling;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
  }

  @AfterEach
  void stop() throws Exception {
    kling.close();
  }

  @Test
  void a_refused_connection_is_never_sent() throws Exception {
    String address;
    try (ServerSocket reserved = new ServerSocket(0)) {
      address = "http://127.0.0.1:" + reserved.getLocalPort();
    }

    assertThat(kling.create(kling.client(KlingConfigs.withKeyPair(address))))
        .asInstanceOf(type(NeverSent.class))
        .returns(ErrorCode.PROVIDER_UNAVAILABLE, NeverSent::code);
  }

  @Test
  void a_name_that_does_not_resolve_is_never_sent() throws Exception {
    assertThat(kling.create(kling.client(KlingConfigs.withKeyPair("http://nowhere.invalid"))))
        .isInstanceOf(NeverSent.class);
  }

  @Test
  void a_reset_after_the_request_was_read_is_unknown() throws Exception {
    kling.stub.nextCreate(request -> request.connection().close());

    assertThat(kling.create(client())).isInstanceOf(Unknown.class);
  }

  @Test
  void an_answer_that_breaks_off_is_unknown() throws Exception {
    kling.stub.nextCreate(
        request -> {
          request.response().putHeader("Content-Length", "1000").write("{\"code\":0,");
          request.connection().close();
        });

    assertThat(kling.create(client())).isInstanceOf(Unknown.class);
  }

  @Test
  void an_answer_that_trickles_is_unknown_at_the_deadline() throws Exception {
    kling.stub.nextCreate(
        request -> {
          request.response().setChunked(true);
          kling.vertx.setPeriodic(20, tick -> request.response().write(" "));
        });

    assertThat(kling.create(client(8, SOON, LONG))).isEqualTo(new Unknown("no answer in time"));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 302, 400, 401, 404, 429, 500, 502, 503, 504})
  void an_answer_without_an_envelope_is_unknown_whatever_its_status(int status) throws Exception {
    kling.stub.nextCreate(answer(status, "<html>Bad Gateway</html>"));

    assertThat(kling.create(client())).isInstanceOf(Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"code\":null}",
        "{\"code\":\"SUCCEED\"}",
        "{\"code\":1104,\"message\":\"not in the table\"}",
        "{\"code\":402}",
        "{\"code\":99999999999}",
        "{\"code\":1303.5}",
        "{\"code\":0}",
        "{\"code\":0,\"data\":null}",
        "{\"code\":0,\"data\":[]}",
        "{\"code\":0,\"data\":{\"task_id\":\"\"}}",
        "{\"code\":0,\"data\":{\"task_id\":\"1\"}} trailing",
        "{\"code\":1303,\"message\":\"cut"
      })
  void an_answer_outside_the_table_is_unknown(String body) throws Exception {
    kling.stub.nextCreate(answer(400, body));

    assertThat(kling.create(client())).isInstanceOf(Unknown.class);
  }

  @ParameterizedTest
  @CsvSource({"200,1303", "500,1303", "404,1303", "200,1301", "500,1301"})
  void the_code_counts_and_not_the_status(int status, int code) throws Exception {
    kling.stub.nextCreate(answer(status, error(code, "refused")));

    assertThat(kling.create(client()))
        .asInstanceOf(type(Refused.class))
        .returns(code, Refused::providerCode);
  }

  @Test
  void a_task_is_accepted_whatever_the_status_and_the_type_of_its_id() throws Exception {
    kling.stub.nextCreate(
        answer(500, success(new JsonObject().put("task_id", 867_300_000_000_000_001L))));

    assertThat(kling.create(client())).isEqualTo(new Accepted("867300000000000001"));
  }

  @Test
  void an_answer_above_the_bound_is_unknown() throws Exception {
    String huge = "{\"code\":0,\"pad\":\"" + "x".repeat(KlingConfigs.ANSWER_SIZE) + "\"}";
    kling.stub.nextCreate(answer(200, huge));

    assertThat(kling.create(client())).isEqualTo(new Unknown("answer too large"));
  }

  @Test
  void after_the_grace_the_request_is_cut_off_and_nothing_is_told() throws Exception {
    CompletableFuture<Void> cutOff = new CompletableFuture<>();
    kling.stub.nextCreate(
        request -> request.connection().closeHandler(gone -> cutOff.complete(null)));

    assertThat(kling.create(client(8, SOON, SOON))).isInstanceOf(Unknown.class);

    cutOff.get(10, TimeUnit.SECONDS);
    assertThat(kling.late).isNotDone();
  }

  @Test
  void a_late_refusal_is_told() throws Exception {
    CompletableFuture<Runnable> answer = new CompletableFuture<>();
    kling.stub.nextCreate(
        request -> answer.complete(() -> answer(429, error(1303, "full")).handle(request)));
    assertThat(kling.create(client(8, SOON, LONG))).isInstanceOf(Unknown.class);

    answer.get(10, TimeUnit.SECONDS).run();

    assertThat(kling.late.get(10, TimeUnit.SECONDS))
        .asInstanceOf(type(Refused.class))
        .returns(1303, Refused::providerCode);
  }

  @Test
  void a_create_that_waited_for_a_connection_until_its_deadline_is_never_sent() throws Exception {
    KlingClient client = client(1, SOON, LONG);
    CompletableFuture<Void> sent = new CompletableFuture<>();
    kling.stub.nextCreate(request -> sent.complete(null));
    Future<SubmitOutcome> hanging = kling.start(client, "inst0001-first", () -> true);
    sent.get(10, TimeUnit.SECONDS);

    SubmitOutcome waited = get(kling.start(client, "inst0001-second", () -> true));

    assertThat(waited)
        .asInstanceOf(type(NeverSent.class))
        .returns(ErrorCode.PROVIDER_UNAVAILABLE, NeverSent::code);
    assertThat(get(hanging)).isInstanceOf(Unknown.class);
    assertThat(kling.stub.seen()).hasSize(1);
  }

  @Test
  void a_create_beyond_our_own_bound_of_waiting_ones_is_never_sent_and_no_fault_of_the_provider()
      throws Exception {
    KlingClient client = client(1, LONG, LONG);
    kling.stub.nextCreate(request -> {});
    List<Future<SubmitOutcome>> all =
        IntStream.rangeClosed(0, 1 + KlingAccount.WAITING_PER_CONNECTION)
            .mapToObj(i -> kling.start(client, "inst0001-" + i, () -> true))
            .toList();

    get(Future.any(all));

    assertThat(all.stream().filter(Future::isComplete).map(Future::result))
        .isNotEmpty()
        .allSatisfy(
            outcome ->
                assertThat(outcome)
                    .asInstanceOf(type(NeverSent.class))
                    .returns(ErrorCode.OVERLOADED, NeverSent::code));
  }

  @Test
  void hanging_creates_do_not_delay_a_query() throws Exception {
    KlingClient client = client(1, LONG, LONG);
    kling.stub.nextCreate(request -> {});
    Future<SubmitOutcome> hanging = kling.start(client, "inst0001-first", () -> true);

    kling.stub.reveal(KlingFixture.ID);
    TaskLookup lookup = kling.query(client, KlingFixture.ID);

    assertThat(lookup).isInstanceOf(TaskLookup.Found.class);
    assertThat(hanging.isComplete()).isFalse();
  }

  @Test
  void the_permit_is_asked_once_the_connection_is_there() throws Exception {
    KlingClient client = client(1, LONG, LONG);
    AtomicInteger asked = new AtomicInteger();
    CompletableFuture<Runnable> first = new CompletableFuture<>();
    kling.stub.nextCreate(
        request -> first.complete(() -> answer(429, error(1303, "full")).handle(request)));
    Future<SubmitOutcome> holding = kling.start(client, "inst0001-first", () -> true);
    Runnable release = first.get(10, TimeUnit.SECONDS);
    Future<SubmitOutcome> waiting =
        kling.start(client, "inst0001-second", () -> asked.incrementAndGet() > 1);
    assertThat(asked).hasValue(0);

    release.run();

    assertThat(get(waiting)).isInstanceOf(NeverSent.class);
    assertThat(get(holding)).isInstanceOf(Refused.class);
    assertThat(kling.stub.seen()).hasSize(1);
  }

  @Test
  void a_connection_that_was_not_used_serves_the_next_create() throws Exception {
    KlingClient client = client(1, LONG, LONG);
    get(kling.start(client, "inst0001-first", () -> false));

    assertThat(kling.create(client)).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1003, 1004})
  void a_token_refused_for_its_time_is_signed_anew_once(int code) throws Exception {
    kling.stub.nextCreate(answer(401, error(code, "token")));

    assertThat(kling.create(client())).isInstanceOf(Accepted.class);
    assertThat(kling.stub.seen()).hasSize(2);
  }

  @Test
  void a_second_refusal_of_the_token_is_final() throws Exception {
    kling.stub.nextCreate(answer(401, error(1004, "token")));
    kling.stub.nextCreate(answer(401, error(1004, "token")));

    assertThat(kling.create(client()))
        .asInstanceOf(type(Refused.class))
        .returns(1004, Refused::providerCode);
    assertThat(kling.stub.seen()).hasSize(2);
  }

  @Test
  void an_api_key_is_not_tried_again() throws Exception {
    kling.stub.nextCreate(answer(401, error(1004, "token")));

    assertThat(kling.create(kling.client(KlingConfigs.withApiKey(kling.stub.address()))))
        .isInstanceOf(Refused.class);
    assertThat(kling.stub.seen()).hasSize(1);
  }

  @Test
  void an_api_key_goes_as_it_is() throws Exception {
    kling.create(kling.client(KlingConfigs.withApiKey(kling.stub.address())));

    assertThat(kling.stub.seen().get(0).authorization())
        .isEqualTo("Bearer " + KlingConfigs.API_KEY);
  }

  @Test
  void a_path_prefix_of_the_base_address_is_kept() throws Exception {
    kling.create(kling.client(KlingConfigs.withApiKey(kling.stub.address() + "/kling")));

    assertThat(kling.stub.seen().get(0).uri()).isEqualTo("/kling" + KlingFixture.PATH);
  }

  @Test
  void an_id_cannot_reach_another_path() throws Exception {
    kling.query(client(), "../../account/costs?x=1");

    assertThat(kling.stub.seen().get(0).uri())
        .isEqualTo(KlingFixture.PATH + "/..%2F..%2Faccount%2Fcosts%3Fx%3D1");
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    kling.stub.nextCreate(
        request ->
            request
                .response()
                .setStatusCode(307)
                .putHeader("Location", kling.stub.address() + "/elsewhere")
                .end());

    assertThat(kling.create(client())).isInstanceOf(Unknown.class);
    assertThat(kling.stub.seen()).hasSize(1);
  }

  private KlingClient client() {
    return client(8, LONG, LONG);
  }

  private KlingClient client(int connections, Duration deadline, Duration late) {
    Credential pair =
        new Credential.KeyPair(
            new Secret(KlingConfigs.ACCESS_KEY), new Secret(KlingConfigs.SECRET_KEY));
    ProviderConfig config =
        KlingConfigs.config(kling.stub.address(), pair, Lookup.LIST, connections, deadline, late);
    return kling.client(config);
  }
}
