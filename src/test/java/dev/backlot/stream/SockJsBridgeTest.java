package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.stream.bridge.BridgeServices;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SockJsBridgeTest {
  private static final String SUBSCRIBE = "backlot.stream.subscribe.v1";
  private static final String UNSUBSCRIBE = "backlot.stream.unsubscribe.v1";
  private static final String SUBMIT = "backlot.jobs.submit.v1";

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;

  /** Both ways to connect over HTTP. */
  enum Way {
    SOCK_JS,
    PLAIN
  }

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void a_client_gets_a_snapshot_and_then_what_happens(Way way) throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    BridgeClient client = connect(way);

    JsonObject answer = client.subscribe(wish().put("tenant", true));
    append(job(1), JobState.SUBMITTING);
    append(job(1), JobState.RUNNING);

    assertThat(answer.getJsonObject("body").getString("subscription")).isEqualTo("bridge");
    assertThat(client.followed().getString("type")).isEqualTo("snapshot");
    assertThat(client.followed().getString("type")).isEqualTo("live");
    assertThat(client.followed().getString("event")).isEqualTo("job.submitting");
    assertThat(client.followed().getString("event")).isEqualTo("job.running");
  }

  @Test
  void what_happens_comes_in_the_very_words_of_the_web_socket() throws Exception {
    StreamClient socket = server.authenticated();
    socket.subscribe("bridge", null);
    socket.next("snapshot");
    socket.next("live");
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish().put("tenant", true));
    client.await("live");

    append(job(1), JobState.QUEUED);

    assertThat(client.followed()).isEqualTo(socket.next("event"));
  }

  @Test
  void a_client_that_comes_back_gets_what_it_missed() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish().put("tenant", true));
    client.await("live");
    append(job(1), JobState.QUEUED);
    String cursor = client.await("event").getString("cursor");
    append(job(1), JobState.SUBMITTING);
    append(job(1), JobState.RUNNING);
    // What the node has not read by then comes behind "live".
    Waiting.until(() -> server.hubs.position().orElse(0) == 3);

    BridgeClient again = connect(Way.SOCK_JS);
    again.subscribe(wish().put("tenant", true).put("cursor", cursor));

    assertThat(again.followed().getString("event")).isEqualTo("job.submitting");
    assertThat(again.followed().getString("event")).isEqualTo("job.running");
    assertThat(again.followed().getString("type")).isEqualTo("live");
  }

  @Test
  void many_subscriptions_of_a_client_have_their_names() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(2), JobState.QUEUED);
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish(job(1)).put("id", "one"));
    client.subscribe(wish(job(2)).put("id", "two"));

    JsonObject left = client.ask(UNSUBSCRIBE, token().put("subscription", "one"));
    append(job(1), JobState.SUBMITTING);
    append(job(2), JobState.SUBMITTING);

    assertThat(left.getJsonObject("body").getBoolean("ok")).isTrue();
    assertThat(client.await("event").getString("job_id")).isEqualTo(job(2).toString());
  }

  @Test
  void the_job_of_another_tenant_does_not_exist() throws Exception {
    log.append(OTHER, job(1), JobState.QUEUED);
    BridgeClient client = connect(Way.SOCK_JS);

    JsonObject answer = client.ask(SUBSCRIBE, wish(job(1))).getJsonObject("body");

    assertThat(answer.getBoolean("ok")).isFalse();
    assertThat(answer.getInteger("status")).isEqualTo(404);
    assertThat(answer.getJsonObject("problem").getString("code")).isEqualTo("job-not-found");
  }

  @Test
  void a_token_opens_what_it_covers_and_no_more() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(2), JobState.QUEUED);
    JsonObject command =
        new JsonObject()
            .put("token", server.grants.token(TENANT, jobs(job(1)), server.anHourFromNow()));
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(command.copy().put("jobs", names(job(1))));

    assertThat(status(client, SUBSCRIBE, command.copy().put("id", "b").put("jobs", names(job(2)))))
        .isEqualTo(403);
    assertThat(status(client, SUBSCRIBE, command.copy().put("id", "c").put("tenant", true)))
        .isEqualTo(403);
  }

  @Test
  void a_connection_is_of_one_tenant() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish().put("tenant", true));
    String other =
        server.grants.token(OTHER, new StreamScope.WholeTenant(), server.anHourFromNow());

    assertThat(
            status(
                client,
                SUBSCRIBE,
                new JsonObject().put("token", other).put("id", "b").put("tenant", true)))
        .isEqualTo(403);
  }

  @Test
  void another_tenant_ends_no_subscription() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish().put("tenant", true));
    String other =
        server.grants.token(OTHER, new StreamScope.WholeTenant(), server.anHourFromNow());

    assertThat(
            status(
                client,
                UNSUBSCRIBE,
                new JsonObject().put("token", other).put("subscription", "bridge")))
        .isEqualTo(400);
    append(job(1), JobState.QUEUED);

    assertThat(client.await("event").getString("event")).isEqualTo("job.queued");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "bst_unknown_token", "blk_unknown_key"})
  void a_wrong_credential_opens_nothing(String credential) throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    JsonObject command = new JsonObject().put("token", credential).put("tenant", true);

    assertThat(status(client, SUBSCRIBE, command)).isIn(400, 401);
  }

  @Test
  void a_newer_token_takes_the_place_of_the_one_before() throws Exception {
    String first =
        server.grants.token(
            TENANT, new StreamScope.WholeTenant(), server.clock.instant().plusSeconds(20));
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(new JsonObject().put("token", first).put("tenant", true));
    client.subscribe(token());

    server.clock.advance(Duration.ofSeconds(21));
    append(job(1), JobState.QUEUED);

    assertThat(client.await("event").getString("event")).isEqualTo("job.queued");
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void the_end_of_a_token_ends_its_connection() throws Exception {
    String short_ =
        server.grants.token(
            TENANT, new StreamScope.WholeTenant(), server.clock.instant().plusSeconds(20));
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(new JsonObject().put("token", short_).put("tenant", true));

    server.clock.advance(Duration.ofSeconds(21));

    assertThat(client.await("error").getString("code")).isEqualTo("unauthenticated");
    assertThat(client.closeCode()).isEqualTo(4410);
    assertThat(client.goodbye)
        .isCompletedWithValue(new JsonArray().add(4410).add("credential-ended"));
  }

  @Test
  void a_revoked_key_ends_its_connection() throws Exception {
    String key = server.key(Scope.STREAM);
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(new JsonObject().put("token", key).put("tenant", true));

    server.grants.revoke(key);

    assertThat(client.closeCode()).isEqualTo(4410);
  }

  @Test
  void a_client_that_shows_no_credential_is_closed() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    client.send(new JsonObject().put("type", "ping"));

    server.clock.advance(Duration.ofSeconds(6));

    assertThat(client.closeCode()).isEqualTo(4408);
  }

  @Test
  void a_client_that_is_not_heard_is_closed() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish().put("tenant", true));

    server.clock.advance(Duration.ofSeconds(46));

    assertThat(client.closeCode()).isEqualTo(4411);
  }

  @Test
  void heartbeats_tell_the_place_in_the_log() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish().put("tenant", true));

    server.clock.advance(Duration.ofSeconds(11));

    assertThat(client.await("heartbeat").getString("cursor")).isNotNull();
  }

  @Test
  void a_node_that_stops_says_where_to_come_back_to() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);
    client.subscribe(wish().put("tenant", true));

    server.stop();

    assertThat(client.await("resync").getString("reason")).isEqualTo("shutdown");
    assertThat(client.closeCode()).isEqualTo(1001);
  }

  @Test
  void a_command_is_carried_out_by_this_node() throws Exception {
    server.bus.answer(
        Addresses.SUBMIT_JOB,
        asked ->
            Future.succeededFuture(
                new JsonObject().put("ok", true).put("status", 202).put("body", asked.get())));
    BridgeClient client = connect(Way.SOCK_JS);
    JsonObject command = token().put("body", new JsonObject().put("kind", "text2video"));

    JsonObject answer = client.ask(SUBMIT, command);

    assertThat(answer.getString("type")).isEqualTo("rec");
    assertThat(answer.getJsonObject("body").getInteger("status")).isEqualTo(202);
    assertThat(answer.getJsonObject("body").getJsonObject("body")).isEqualTo(command);
  }

  @Test
  void a_command_that_nobody_takes_is_answered_all_the_same() throws Exception {
    JsonObject answer = connect(Way.SOCK_JS).ask(SUBMIT, token());

    assertThat(answer.getString("type")).isEqualTo("err");
    assertThat(answer.getString("failureType")).isEqualTo("NO_HANDLERS");
    assertThat(answer.getString("message")).isEqualTo("no_handlers");
  }

  @Test
  void a_client_with_too_many_commands_has_to_wait() throws Exception {
    server.bus.answer(Addresses.SUBMIT_JOB, asked -> Future.future(never -> {}));
    BridgeClient client = connect(Way.SOCK_JS);
    for (int i = 0; i < BridgeServices.COMMANDS_MAX; i++) {
      client.start(SUBMIT, token());
    }

    JsonObject answer = client.ask(SUBMIT, token());

    assertThat(answer.getString("message")).isEqualTo("too_many_requests");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backlot.jobs.queued.v1",
        "backlot.log.head.v1",
        "backlot.log.advanced.v1",
        "backlot.tasks.hinted.v1",
        "backlot.account.unparked.v1",
        "backlot.jobs.submit.v2",
        "backlot.stream.events.v1",
        "__vertx.reply.1",
        "anything"
      })
  void nothing_but_the_commands_can_be_sent_to(String address) throws Exception {
    server.vertx.eventBus().consumer(address, message -> message.reply("reached"));
    BridgeClient client = connect(Way.SOCK_JS);

    JsonObject answer = client.ask(address, token());

    assertThat(answer.getString("type")).isEqualTo("err");
    assertThat(answer.getString("message")).isEqualTo("access_denied");
  }

  @Test
  void nothing_at_all_can_be_published() throws Exception {
    CountedMessages published = new CountedMessages(server.vertx, SUBMIT, "backlot.log.head.v1");
    BridgeClient client = connect(Way.SOCK_JS);

    client.send("publish", SUBMIT);
    client.send("publish", "backlot.log.head.v1");

    assertThat(client.next().getString("message")).isEqualTo("access_denied");
    assertThat(client.next().getString("message")).isEqualTo("access_denied");
    assertThat(published.count()).isZero();
  }

  @Test
  void only_what_is_meant_for_the_client_can_be_listened_to() throws Exception {
    BridgeClient client = connect(Way.SOCK_JS);

    client.send("register", "backlot.stream.events.v1");
    client.send("register", "5b0a1c3e-0000-4000-8000-000000000001");
    client.send("register", "backlot.log.head.v1");

    JsonObject err = client.next();
    assertThat(err.getString("address")).isEqualTo("backlot.log.head.v1");
    assertThat(err.getString("message")).isEqualTo("access_denied");
  }

  @Test
  void a_client_of_sock_js_is_told_what_there_is() {
    JsonObject info = server.http.get("/eventbus/info").bodyAsJsonObject();

    assertThat(info.getBoolean("websocket")).isTrue();
    assertThat(info.getBoolean("cookie_needed")).isFalse();
    assertThat(info.getLong("entropy")).isNotNegative();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/eventbus/0/a/xhr_streaming",
        "/eventbus/0/a/xhr",
        "/eventbus/0/a/eventsource",
        "/eventbus/0/a/jsonp",
        "/eventbus/iframe.html"
      })
  void there_is_no_other_transport(String path) {
    assertThat(server.http.get(path).statusCode()).isEqualTo(404);
    assertThat(server.http.post(path, new JsonObject()).statusCode()).isEqualTo(404);
  }

  @Test
  void who_does_not_ask_for_a_web_socket_is_told() {
    assertThat(server.http.get("/eventbus/0/a/websocket").statusCode()).isEqualTo(426);
    assertThat(server.http.get("/eventbus/websocket").statusCode()).isEqualTo(426);
    assertThat(server.http.get("/eventbus/websocket").getHeader("Connection")).isEqualTo("Upgrade");
  }

  private BridgeClient connect(Way way) throws Exception {
    return way == Way.SOCK_JS
        ? BridgeClient.sockJs(server.sockets, server.http.port())
        : BridgeClient.plain(server.sockets, server.http.port());
  }

  private JsonObject token() {
    return new JsonObject().put("token", server.token());
  }

  private JsonObject wish(JobId... jobs) {
    return jobs.length == 0 ? token() : token().put("jobs", names(jobs));
  }

  private static JsonArray names(JobId... jobs) {
    JsonArray names = new JsonArray();
    for (JobId job : jobs) {
      names.add(job.toString());
    }
    return names;
  }

  private static StreamScope jobs(JobId job) {
    return new StreamScope.Jobs(Set.of(job));
  }

  private static int status(BridgeClient client, String address, JsonObject command) {
    return client.ask(address, command).getJsonObject("body").getInteger("status");
  }

  private void append(JobId job, JobState state) {
    log.append(TENANT, job, state);
    server.wake(0);
  }
}
