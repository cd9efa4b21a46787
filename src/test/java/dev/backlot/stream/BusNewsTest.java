package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.config.BusConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.job.JobState;
import dev.backlot.stream.application.BusStreamVerticle;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an application may have besides the events of jobs. */
class BusNewsTest {
  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;
  private BusApplication application;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
    application = new BusApplication(server.vertx);
    server.deployBusStreams(new BusConfig(10, 5, 3, Duration.ofSeconds(30)));
    server.balances.set(TENANT, "10");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    application.checkDeliveries();
  }

  private static JsonObject command(String token) {
    return new JsonObject().put("token", token).put("tenant", true);
  }

  private void happens(JobState state) {
    log.append(TENANT, job(1), state);
    server.wake(0);
  }

  private static String available(JsonObject credit) {
    JsonArray balances = credit.getJsonArray("balances");
    assertThat(balances).hasSize(1);
    return balances.getJsonObject(0).getString("balance");
  }

  @Test
  void how_the_credit_stands_is_told_at_first_and_after_what_moves_it() throws Exception {
    application.follow(command(server.key(Scope.READ)).put("credits", true));
    assertThat(available(application.await("credit"))).isEqualTo("10");
    server.balances.set(TENANT, "9");

    happens(JobState.QUEUED);

    server.clock.advance(Duration.ofSeconds(1));
    assertThat(available(application.await("credit"))).isEqualTo("9");
  }

  @Test
  void however_much_happens_it_is_asked_once_a_second() throws Exception {
    application.follow(command(server.key(Scope.READ)).put("credits", true));
    application.await("credit");
    int before = server.balances.questions.get();

    for (int n = 0; n < 50; n++) {
      happens(JobState.QUEUED);
    }
    for (int n = 0; n < 50; n++) {
      application.await("event");
    }

    assertThat(server.balances.questions).hasValue(before);
  }

  @Test
  void a_grant_which_is_no_event_is_told_a_little_later() throws Exception {
    application.follow(command(server.key(Scope.READ)).put("credits", true));
    application.await("credit");
    server.balances.set(TENANT, "500");

    server.clock.advance(BusStreamVerticle.CREDIT_REFRESH);

    assertThat(available(application.await("credit"))).isEqualTo("500");
  }

  @Test
  void what_has_not_changed_is_not_told_again() throws Exception {
    application.follow(command(server.key(Scope.READ)).put("credits", true));
    application.await("credit");
    int before = server.balances.questions.get();

    server.clock.advance(BusStreamVerticle.CREDIT_REFRESH);

    Waiting.until(() -> server.balances.questions.get() > before);
    happens(JobState.RUNNING);
    assertThat(application.await("event")).isNotNull();
    assertThat(application.rest()).noneMatch(m -> m.getString("type").equals("credit"));
  }

  @Test
  void balances_that_could_not_be_read_are_read_again() throws Exception {
    server.balances.fails = true;
    application.follow(command(server.key(Scope.READ)).put("credits", true));
    Waiting.until(() -> server.balances.questions.get() == 1);
    server.balances.fails = false;

    server.clock.advance(Duration.ofSeconds(1));

    assertThat(available(application.await("credit"))).isEqualTo("10");
  }

  @Test
  void credit_needs_a_key_that_may_read_and_alerts_an_operators() {
    JsonObject credits = command(server.token()).put("credits", true);
    JsonObject streamOnly = command(server.key(Scope.STREAM)).put("credits", true);
    JsonObject alerts = command(server.key(Scope.READ)).put("alerts", true);
    JsonObject noFlag = command(server.key(Scope.READ)).put("credits", "yes");

    assertThat(application.ask(Addresses.SUBSCRIBE, credits).getInteger("status")).isEqualTo(403);
    assertThat(application.ask(Addresses.SUBSCRIBE, streamOnly).getInteger("status"))
        .isEqualTo(403);
    assertThat(application.ask(Addresses.SUBSCRIBE, alerts).getInteger("status")).isEqualTo(403);
    assertThat(application.ask(Addresses.SUBSCRIBE, noFlag).getInteger("status")).isEqualTo(400);
  }

  @Test
  void the_credit_of_another_tenant_is_not_told() throws Exception {
    server.balances.set(OTHER, "77");
    application.follow(command(server.key(Scope.READ)).put("credits", true));
    application.await("credit");

    log.append(OTHER, job(9), JobState.QUEUED);
    server.wake(0);
    server.clock.advance(Duration.ofSeconds(11));

    application.await("heartbeat");
    assertThat(application.rest()).noneMatch(m -> m.getString("type").equals("credit"));
  }

  @Test
  void an_operator_is_told_of_each_incident_once_when_it_fires_and_once_when_it_ends()
      throws Exception {
    server.incidents.put(1, AlertState.FIRING, server.clock.instant());
    server.incidents.put(2, AlertState.PENDING, server.clock.instant());
    server.incidents.put(3, AlertState.RESOLVED, server.clock.instant());
    application.follow(command(server.key(Scope.READ, Scope.OPERATE)).put("alerts", true));
    JsonObject fired = application.await("alert");
    assertThat(fired.getString("state")).isEqualTo("firing");
    assertThat(fired.getString("subject")).isEqualTo("acme");

    server.incidents.put(1, AlertState.RESOLVED, server.clock.instant());
    server.clock.advance(Duration.ofSeconds(3));

    assertThat(application.await("alert").getString("state")).isEqualTo("resolved");
    server.clock.advance(Duration.ofSeconds(11));
    application.await("heartbeat");
    server.clock.advance(Duration.ofSeconds(11));
    application.await("heartbeat");
    assertThat(application.rest()).noneMatch(m -> m.getString("type").equals("alert"));
  }

  @Test
  void an_operator_that_comes_later_is_told_what_fires_now() throws Exception {
    server.incidents.put(1, AlertState.FIRING, server.clock.instant());
    String key = server.key(Scope.READ, Scope.OPERATE);
    application.follow(command(key).put("alerts", true));
    application.await("alert");

    BusApplication another = new BusApplication(server.vertx);
    another.follow(command(key).put("alerts", true));

    assertThat(another.await("alert").getString("id"))
        .isEqualTo("00000000-0000-0009-0000-000000000001");
  }
}
