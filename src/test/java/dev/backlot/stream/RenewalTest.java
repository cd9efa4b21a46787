package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobState;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A socket that outlives its token by showing a new one. */
class RenewalTest {
  private static final StreamScope ALL = new StreamScope.WholeTenant();

  private final FakeEventLog log = new FakeEventLog();
  private final List<Integer> versions = new ArrayList<>();
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
    log.append(TENANT, job(1), JobState.QUEUED);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void a_new_token_takes_the_place_of_the_old_one() throws Exception {
    StreamClient client = following(lasting(30));
    server.clock.advance(Duration.ofSeconds(20));
    String later = server.clock.instant().plusSeconds(600).toString();

    JsonObject ready = client.authenticate(lasting(600));
    server.clock.advance(Duration.ofSeconds(40));
    log.append(TENANT, job(1), JobState.RUNNING);

    assertThat(ready.getString("expires_at")).isEqualTo(later);
    assertThat(client.await("event").getInteger("version")).isEqualTo(2);
  }

  @Test
  void the_socket_ends_with_the_new_token() throws Exception {
    StreamClient client = following(lasting(600));
    client.authenticate(lasting(40));

    server.clock.advance(Duration.ofSeconds(40));

    assertThat(client.closeCode()).isEqualTo((short) 4410);
  }

  @Test
  void a_key_gives_way_to_a_token() throws Exception {
    StreamClient client = following(server.key(Scope.READ));
    client.authenticate(lasting(40));

    server.clock.advance(Duration.ofSeconds(40));

    assertThat(client.closeCode()).isEqualTo((short) 4410);
  }

  @Test
  void the_end_of_the_old_token_does_not_matter_any_more() throws Exception {
    String old = lasting(600);
    StreamClient client = following(old);
    String fresh = lasting(600);
    client.authenticate(fresh);
    server.grants.revoke(old);
    rechecked();
    assertThat(client.isOpen()).isTrue();

    server.grants.revoke(fresh);

    assertThat(client.closeCode()).isEqualTo((short) 4410);
  }

  @Test
  void while_tokens_are_renewed_every_event_comes_once_and_in_order() throws Exception {
    StreamClient client = following(lasting(600));
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              for (int n = 0; n < 400; n++) {
                log.append(TENANT, job(1), n % 2 == 0 ? JobState.SUBMITTING : JobState.QUEUED);
              }
            });
    for (int n = 0; n < 9; n++) {
      client.send(auth(lasting(600 + n)));
      // One at a time: the answer comes between the events.
      readUntilReady(client);
    }
    writing.get();

    while (versions.size() < 400) {
      keep(client.next());
    }

    assertThat(versions).isEqualTo(IntStream.rangeClosed(2, 401).boxed().toList());
  }

  @Test
  void a_token_that_does_not_cover_what_is_followed_changes_nothing() throws Exception {
    StreamClient client = following(lasting(40));

    assertRefused(client, server.grants.token(TENANT, new StreamScope.Jobs(Set.of(job(1))), end()));

    log.append(TENANT, job(1), JobState.RUNNING);
    assertThat(client.next("event").getInteger("version")).isEqualTo(2);
    server.clock.advance(Duration.ofSeconds(40));
    assertThat(client.closeCode()).as("the old one's end").isEqualTo((short) 4410);
  }

  @Test
  void what_is_followed_no_more_needs_no_cover() throws Exception {
    StreamClient client = following(lasting(40));
    client.send(new JsonObject().put("type", "unsubscribe").put("id", "all"));
    client.next("unsubscribed");

    client.authenticate(server.grants.token(TENANT, new StreamScope.Jobs(Set.of(job(1))), end()));

    client.subscribe("all", null);
    assertThat(client.await("error").getString("code")).isEqualTo("forbidden");
    client.subscribe("one", null, job(1));
    client.next("snapshot");
  }

  @Test
  void a_token_of_another_tenant_renews_nothing() throws Exception {
    StreamClient client = following(lasting(40));

    assertRefused(client, server.grants.token(OTHER, ALL, end()));

    log.append(OTHER, job(2), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.RUNNING);
    assertThat(client.next("event").getString("job_id")).isEqualTo(job(1).toString());
  }

  @Test
  void a_forged_or_expired_token_or_a_key_that_may_not_renews_nothing() throws Exception {
    String expired = lasting(1);
    server.clock.advance(Duration.ofSeconds(2));
    StreamClient client = following(lasting(40));

    assertRefused(client, "bst_aaaaaaaaaaaa_forged");
    assertRefused(client, expired);
    assertRefused(client, server.key(Scope.SUBMIT));

    log.append(TENANT, job(1), JobState.RUNNING);
    client.next("event");
  }

  @Test
  void a_database_that_is_away_leaves_the_old_token_in_its_place() throws Exception {
    StreamClient client = following(lasting(40));
    server.grants.failure = new IllegalStateException("c4nary");

    client.send(auth(lasting(600)));
    JsonObject error = client.await("error");
    server.grants.failure = null;

    assertThat(error.getString("about")).isEqualTo("auth");
    assertThat(error.encode()).doesNotContain("c4nary");
    client.authenticate(lasting(600));
  }

  @Test
  void a_second_token_is_not_judged_beside_the_first() throws Exception {
    StreamClient client = following(lasting(40));
    Promise<Void> gate = Promise.promise();
    server.grants.gate = gate.future();
    client.send(auth(lasting(600)));

    client.send(auth(lasting(600)));

    assertThat(client.await("error").getString("code")).isEqualTo("invalid-request");
    assertThat(client.closeCode()).isEqualTo((short) 4400);
    gate.complete();
  }

  @Test
  void a_token_that_ends_while_the_new_one_is_judged_has_ended() throws Exception {
    StreamClient client = following(lasting(40));
    Promise<Void> gate = Promise.promise();
    server.grants.gate = gate.future();
    client.send(auth(lasting(600)));

    server.clock.advance(Duration.ofSeconds(40));

    assertThat(client.closeCode()).isEqualTo((short) 4410);
    gate.complete();
    Waiting.until(() -> server.hubs.sockets() == 0);
  }

  @Test
  void ten_thousand_tokens_cost_ten_look_ups_and_the_socket() throws Exception {
    StreamClient other = following(lasting(600));
    StreamClient client = following(lasting(600));
    int before = server.grants.lookUps.get();

    for (int n = 0; n < 10_000 && client.isOpen(); n++) {
      client.send(auth("bst_aaaaaaaaaaaa_forged" + n));
    }

    assertThat(client.closeCode()).isEqualTo((short) 4400);
    assertThat(server.grants.lookUps.get() - before).isLessThanOrEqualTo(10);
    log.append(TENANT, job(1), JobState.RUNNING);
    other.next("event");
  }

  @Test
  void a_patient_guesser_has_ten_a_minute_too() throws Exception {
    StreamClient client = server.connect();
    client.authenticate(lasting(600));
    for (int n = 1; n < Pass.AUTHS_PER_MINUTE; n++) {
      assertRefused(client, "bst_aaaaaaaaaaaa_forged");
    }

    client.send(auth(lasting(600)));

    assertThat(client.await("error").getString("code")).isEqualTo("rate-limited");
    assertThat(client.closeCode()).isEqualTo((short) 4400);
  }

  @Test
  void a_client_is_warned_before_each_end() throws Exception {
    StreamClient client = following(lasting(40));
    server.clock.advance(Duration.ofSeconds(20));
    JsonObject warning = client.await("expiring");
    String end = server.clock.instant().plusSeconds(20).toString();

    client.send(auth(lasting(60)));
    client.await("ready");
    server.clock.advance(Duration.ofSeconds(30));

    assertThat(warning.getInteger("in_seconds")).isEqualTo(20);
    assertThat(warning.getString("expires_at")).isEqualTo(end);
    assertThat(client.await("expiring").getInteger("in_seconds")).isEqualTo(30);
  }

  private void readUntilReady(StreamClient client) {
    JsonObject message = client.next();
    while (!message.getString("type").equals("ready")) {
      keep(message);
      message = client.next();
    }
  }

  private void keep(JsonObject message) {
    if (message.getString("type").equals("event")) {
      versions.add(message.getInteger("version"));
    }
  }

  private void assertRefused(StreamClient client, String token) {
    client.send(auth(token));
    JsonObject error = client.await("error");
    assertThat(error.getString("about")).isEqualTo("auth");
    assertThat(error.getString("code")).isIn("forbidden", "unauthenticated");
    assertThat(client.isOpen()).isTrue();
  }

  /** A round of questions about revoked credentials has begun and ended after this. */
  private void rechecked() {
    int before = server.grants.rechecks.get();
    Waiting.until(() -> server.grants.rechecks.get() >= before + 2);
  }

  private StreamClient following(String credential) throws Exception {
    StreamClient client = server.connect();
    client.authenticate(credential);
    client.subscribe("all", null);
    client.next("snapshot");
    client.next("live");
    return client;
  }

  private String lasting(int seconds) {
    return server.grants.token(TENANT, ALL, server.clock.instant().plusSeconds(seconds));
  }

  private Instant end() {
    return server.anHourFromNow();
  }

  private static JsonObject auth(String token) {
    return new JsonObject().put("type", "auth").put("token", token);
  }
}
