package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.TestServer;
import dev.backlot.webhook.Receiver.Received;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A crowd of receivers of one tenant that take a delivery, wait for nearly as long as they may, and
 * answer 204: none of them ever fails, so no circuit keeps them back.
 */
class SlowCrowdTest {
  private static final String QUEUED = "job.queued";
  private static final String OTHER = "00000000-0000-0009-0000-000000000009";
  private static final int PLACES = 6;
  private static final int PER_TENANT = 4;
  private static final int CROWD = 40;
  private static final int ROUNDS = 5;

  private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
  private Installation installation;
  private Receiver crowd;
  private Receiver quick;

  @BeforeEach
  void start() throws Exception {
    installation =
        new Installation(
            TestWebhooks.config()
                .timeout(Duration.ofSeconds(60))
                .atOnce(PLACES, 2)
                .perTenant(PER_TENANT)
                .build());
    crowd = Receiver.start(installation.vertx, held::add);
    quick = Receiver.start(installation.vertx);
    installation.store.database.execute(
        "INSERT INTO tenant (id, name, created_at) VALUES ('" + OTHER + "', 'other', now())");
    installation.newSecret();
  }

  @AfterEach
  void stop() throws Exception {
    crowd.answer(Receiver.status(204));
    answer();
    quick.close();
    crowd.close();
    installation.close();
  }

  @Test
  void it_never_keeps_a_delivery_of_another_tenant_waiting() throws Exception {
    for (int n = 0; n < CROWD; n++) {
      installation.jobTelling(crowd.url() + "&n=" + n, QUEUED);
    }
    othersEndpoint();
    installation.node("one");

    for (int round = 0; round < ROUNDS; round++) {
      installation.beat();
      installation.until("the crowd holds all it can", () -> held.size() == PER_TENANT);
      String job = othersEvent();

      Received received = quick.next();

      assertThat(received.job()).isEqualTo(job);
      assertThat(held).as("places of the crowd, while the other was served").hasSize(PER_TENANT);
      answer();
    }
  }

  private void answer() {
    for (HttpServerRequest each = held.poll(); each != null; each = held.poll()) {
      HttpServerRequest request = each;
      installation.vertx.runOnContext(
          late -> request.response().setStatusCode(204).end().onFailure(gone -> {}));
    }
  }

  private void othersEndpoint() {
    JsonObject body =
        new JsonObject().put("url", quick.url()).put("events", new JsonArray().add(QUEUED));
    assertThat(
            TestServer.await(
                    installation
                        .http
                        .request(HttpMethod.POST, Installation.PATH)
                        .bearerTokenAuthentication(Installation.OTHERS_KEY)
                        .putHeader("Content-Type", "application/json"),
                    body.toBuffer())
                .statusCode())
        .isEqualTo(201);
  }

  private String othersEvent() {
    String job = UUID.randomUUID().toString();
    installation.store.database.execute(
        """
        SELECT pg_advisory_xact_lock(1);
        INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
          VALUES ('%s', '%s', 1, '%s', now(), '{}')"""
            .formatted(OTHER, job, QUEUED));
    return job;
  }
}
