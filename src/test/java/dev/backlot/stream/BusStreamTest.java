package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.config.BusConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobState;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that listen on the event bus. */
class BusStreamTest {
  private static final String SMALL = "{\"state\":\"running\",\"version\":1}";
  private static final String DATA =
      "{\"state\":\"running\",\"version\":1,\"filler\":\"" + "x".repeat(8_000) + "\"}";
  private static final BusConfig LIMITS = new BusConfig(10, 5, 3, Duration.ofSeconds(30));

  /** Of a tenant, so that there is room when its one subscription has ended. */
  private static final BusConfig ONE_EACH = new BusConfig(10, 5, 1, Duration.ofSeconds(30));

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;
  private BusApplication application;
  private String deployment = "";

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
    application = new BusApplication(server.vertx);
    deploy(LIMITS);
  }

  private void deploy(BusConfig limits) throws Exception {
    deployment = server.deployBusStreams(limits);
  }

  private void redeploy(BusConfig limits) throws Exception {
    server.vertx.undeploy(deployment).await(20, TimeUnit.SECONDS);
    deploy(limits);
  }

  @AfterEach
  void stop() throws Exception {
    application.answer();
    server.close();
    application.checkDeliveries();
  }

  private JsonObject wholeTenant() {
    return new JsonObject().put("token", server.token()).put("tenant", true);
  }

  private JsonObject ofJob(String token, int id) {
    return new JsonObject()
        .put("token", token)
        .put("jobs", new JsonArray().add(job(id).toString()));
  }

  private JsonObject ask(JsonObject command) {
    return application.ask(Addresses.SUBSCRIBE, command);
  }

  private JsonObject unsubscribe(String token, JsonObject subscription) {
    return application.ask(
        Addresses.UNSUBSCRIBE,
        new JsonObject()
            .put("token", token)
            .put("subscription", subscription.getString("subscription")));
  }

  private void append(int count, String data) {
    for (int n = 0; n < count; n++) {
      log.append(TENANT, job(1), JobState.RUNNING, data);
    }
    server.wake(0);
  }

  /** Nothing is on its way in this node any more. */
  private void awaitTail(long position) {
    Waiting.until(() -> server.hubs.position().orElse(0) == position);
  }

  private static void assertRefused(JsonObject reply, int status, String code) {
    assertThat(reply.getBoolean("ok")).as(reply.encode()).isFalse();
    assertThat(reply.getInteger("status")).isEqualTo(status);
    assertThat(reply.getJsonObject("problem").getString("code")).isEqualTo(code);
  }

  @Test
  void what_comes_is_what_a_websocket_gets() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    JsonObject subscription = application.follow(wholeTenant());
    StreamClient socket = server.authenticated();
    socket.subscribe(subscription.getString("subscription"), null);
    assertThat(application.next("snapshot")).isEqualTo(socket.next("snapshot"));
    assertThat(application.next("live")).isEqualTo(socket.next("live"));

    append(3, "{\"state\":\"running\",\"version\":1,\"cost\":0.10}");

    assertThat(application.next(3)).isEqualTo(socket.next(3));
  }

  @Test
  void an_application_that_comes_back_with_its_cursor_gets_what_it_has_missed() throws Exception {
    append(3, SMALL);
    awaitTail(3);

    application.follow(wholeTenant().put("cursor", Cursor.text(TENANT, 1)));

    assertThat(application.next(2))
        .extracting(event -> event.getString("cursor"))
        .containsExactly(Cursor.text(TENANT, 2), Cursor.text(TENANT, 3));
    application.next("live");
  }

  @Test
  void nothing_more_is_sent_until_the_last_was_answered() throws Exception {
    application.follow(wholeTenant());
    application.await("live");
    application.holdAnswers();
    append(1, SMALL);
    application.next("event");
    append(10, SMALL);
    awaitTail(11);

    assertThat(application.held()).isOne();
    application.answer();

    assertThat(application.next(10)).allMatch(m -> m.getString("type").equals("event"));
  }

  @Test
  void who_does_not_keep_up_is_told_where_to_come_back_to_and_loses_nothing() throws Exception {
    application.follow(wholeTenant());
    application.await("live");
    application.holdAnswers();
    append(100, DATA);
    awaitTail(100);
    application.answer();
    JsonObject last = application.next();
    long taken = 0;
    while (last.getString("type").equals("event")) {
      taken++;
      assertThat(last.getString("cursor")).isEqualTo(Cursor.text(TENANT, taken));
      last = application.next();
    }
    assertThat(last.getString("reason")).isEqualTo("slow-reader");
    assertThat(taken).as("kept for it").isLessThan(50);

    application.follow(wholeTenant().put("cursor", last.getString("cursor")));

    while (taken < 100) {
      taken++;
      assertThat(application.next("event").getString("cursor"))
          .isEqualTo(Cursor.text(TENANT, taken));
    }
    application.next("live");
  }

  @Test
  void a_long_replay_goes_at_the_pace_of_the_application() throws Exception {
    append(300, DATA);
    awaitTail(300);
    application.holdAnswers();
    application.follow(wholeTenant().put("cursor", Cursor.text(TENANT, 0)));
    application.unanswered().reply(null);

    application.answer();

    for (long position = 1; position <= 300; position++) {
      assertThat(application.next("event").getString("cursor"))
          .isEqualTo(Cursor.text(TENANT, position));
    }
    application.next("live");
  }

  @Test
  void what_is_sent_waits_for_an_application_that_does_not_listen_yet() throws Exception {
    JsonObject subscription = application.subscribe(wholeTenant());
    append(2, SMALL);
    awaitTail(2);

    application.listen(subscription);

    assertThat(application.next(4))
        .extracting(message -> message.getString("type"))
        .containsExactly("snapshot", "live", "event", "event");
  }

  @Test
  void an_application_that_never_listens_is_forgotten() throws Exception {
    redeploy(ONE_EACH);
    application.subscribe(wholeTenant());

    server.clock.advance(ONE_EACH.lease().plusSeconds(1));

    Waiting.until(() -> ask(wholeTenant()).getBoolean("ok"));
  }

  @Test
  void an_application_that_does_not_answer_hears_no_more() throws Exception {
    redeploy(new BusConfig(10, 5, 1, Duration.ofMillis(100)));
    application.holdAnswers();
    application.follow(wholeTenant());
    application.unanswered();

    // There is room for one.
    Waiting.until(() -> ask(wholeTenant()).getBoolean("ok"));

    assertThat(application.held()).isZero();
  }

  @Test
  void an_application_that_is_still_there_hears_a_heartbeat_with_its_place() throws Exception {
    application.follow(wholeTenant());
    application.await("live");
    log.append(OTHER, job(9), JobState.QUEUED);
    server.wake(0);
    awaitTail(1);

    server.clock.advance(Duration.ofSeconds(11));

    assertThat(application.next("heartbeat").getString("cursor")).isEqualTo(Cursor.text(TENANT, 1));
  }

  @Test
  void a_filter_leaves_out_what_it_does_not_name() throws Exception {
    application.follow(wholeTenant().put("events", new JsonArray().add("job.succeeded")));
    application.await("live");
    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(1), JobState.SUCCEEDED);

    server.wake(0);

    assertThat(application.next("event").getString("event")).isEqualTo("job.succeeded");
  }

  @Test
  void who_unsubscribes_hears_no_more() throws Exception {
    redeploy(ONE_EACH);
    JsonObject subscription = application.follow(wholeTenant());
    application.await("live");

    assertThat(unsubscribe(server.token(), subscription).getInteger("status")).isEqualTo(202);

    Waiting.until(() -> ask(wholeTenant()).getBoolean("ok"));
    append(1, SMALL);
    awaitTail(1);
    assertThat(application.rest()).isEmpty();
  }

  @Test
  void nobody_ends_the_subscription_of_another_tenant() throws Exception {
    JsonObject subscription = application.follow(wholeTenant());
    application.await("live");
    String other =
        server.grants.token(OTHER, new StreamScope.WholeTenant(), server.anHourFromNow());

    unsubscribe(other, subscription);

    append(1, SMALL);
    application.next("event");
  }

  @Test
  void without_a_valid_token_nothing_is_followed() {
    List<JsonObject> commands =
        List.of(
            new JsonObject().put("tenant", true),
            new JsonObject().put("token", 7).put("tenant", true),
            new JsonObject().put("token", "bst_unknown00000_secret").put("tenant", true),
            new JsonObject().put("token", "blk_unknown00000_secret").put("tenant", true),
            new JsonObject().put("token", "x".repeat(1_000)).put("tenant", true));

    assertThat(commands).allSatisfy(each -> assertRefused(ask(each), 401, "unauthenticated"));
    assertRefused(
        unsubscribe("bst_unknown00000_secret", new JsonObject().put("subscription", "x")),
        401,
        "unauthenticated");
  }

  @Test
  void a_token_follows_nothing_that_it_does_not_cover() {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(2), JobState.QUEUED);
    String token =
        server.grants.token(TENANT, new StreamScope.Jobs(Set.of(job(1))), server.anHourFromNow());

    assertThat(ask(ofJob(token, 1)).getBoolean("ok")).isTrue();
    assertRefused(ask(ofJob(token, 2)), 403, "forbidden");
    assertRefused(ask(new JsonObject().put("token", token).put("tenant", true)), 403, "forbidden");
  }

  @Test
  void a_job_of_another_tenant_is_not_there_and_leaves_nothing_behind() {
    log.append(OTHER, job(1), JobState.QUEUED);

    for (int n = 0; n < 2 * LIMITS.subscriptionsMax(); n++) {
      assertRefused(ask(ofJob(server.token(), 1)), 404, "job-not-found");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'tenant':false}",
        "{'tenant':true,'jobs':['x']}",
        "{'jobs':[]}",
        "{'jobs':'x'}",
        "{'jobs':[7]}",
        "{'tenant':true,'cursor':'nonsense'}",
        "{'tenant':true,'cursor':7}",
        "{'tenant':true,'events':['no.such']}",
        "{'tenant':true,'extra':1}",
        "{'tenant':true,'id':'mine'}",
        "{'tenant':true,'type':'subscribe'}",
      })
  void what_is_malformed_is_refused(String text) {
    JsonObject command = new JsonObject(text.replace('\'', '"')).put("token", server.token());

    assertRefused(ask(command), 400, "invalid-request");
  }

  @Test
  void a_tenant_has_a_bounded_number_and_leaves_room_for_others() {
    for (int n = 0; n < LIMITS.subscriptionsPerTenantMax(); n++) {
      application.subscribe(wholeTenant());
    }

    assertRefused(ask(wholeTenant()), 429, "rate-limited");

    String other =
        server.grants.token(OTHER, new StreamScope.WholeTenant(), server.anHourFromNow());
    JsonObject ofOther = new JsonObject().put("token", other).put("tenant", true);
    application.subscribe(ofOther);
    application.subscribe(ofOther);
    assertRefused(ask(ofOther), 503, "overloaded");
  }

  @Test
  void a_credential_that_is_revoked_ends_its_subscription() throws Exception {
    String key = server.key(Scope.READ);
    application.follow(new JsonObject().put("token", key).put("tenant", true));
    application.await("live");

    server.grants.revoke(key);

    assertThat(application.next("error").getString("code")).isEqualTo("unauthenticated");
    append(1, SMALL);
    awaitTail(1);
    assertThat(application.rest()).isEmpty();
  }

  /** The second subscription shows that both were looked at. */
  @Test
  void what_waits_is_not_sent_after_a_revocation() throws Exception {
    String key = server.key(Scope.READ);
    JsonObject command = new JsonObject().put("token", key).put("tenant", true);
    application.follow(command);
    application.await("live");
    application.follow(command.copy().put("events", new JsonArray().add("job.expired")));
    application.await("live");
    application.holdAnswers();
    append(3, SMALL);
    awaitTail(3);
    application.next("event");

    server.grants.revoke(key);

    application.next("error");
    application.answer();
    application.next("error");
    assertThat(application.rest()).isEmpty();
  }

  @Test
  void a_token_that_expires_ends_its_subscription() throws Exception {
    String token =
        server.grants.token(
            TENANT, new StreamScope.WholeTenant(), server.clock.instant().plusSeconds(5));
    application.follow(new JsonObject().put("token", token).put("tenant", true));
    application.await("live");

    server.clock.advance(Duration.ofSeconds(6));

    assertThat(application.next("error").getString("code")).isEqualTo("unauthenticated");
  }

  @Test
  void a_node_that_stops_sends_its_applications_to_another_one() throws Exception {
    application.follow(wholeTenant());
    application.await("live");

    server.vertx.undeploy(deployment).await(20, TimeUnit.SECONDS);

    assertThat(application.next("resync").getString("reason")).isEqualTo("shutdown");
  }

  @Test
  void a_consumer_that_is_gone_for_a_moment_misses_nothing() throws Exception {
    JsonObject subscription = application.subscribe(wholeTenant());
    MessageConsumer<JsonObject> first = application.listen(subscription);
    application.await("live");
    first.unregister().await(20, TimeUnit.SECONDS);
    append(2, SMALL);
    awaitTail(2);

    application.listen(subscription);

    assertThat(application.next(2)).allMatch(m -> m.getString("type").equals("event"));
  }

  @Test
  void an_address_cannot_be_guessed_from_another_one() {
    String first = application.subscribe(wholeTenant()).getString("address");
    String second = application.subscribe(wholeTenant()).getString("address");

    assertThat(first).startsWith("backlot.stream.events.").hasSize(22 + 24).isNotEqualTo(second);
  }
}
