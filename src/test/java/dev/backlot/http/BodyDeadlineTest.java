package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyDeadlineTest {
  @Test
  void a_body_that_does_not_arrive_is_answered_and_its_connection_closed() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Contract contract = TestServer.contract(vertx);
      RequestChecks checks =
          new RequestChecks(contract, TestServer.BODY_LIMIT, Duration.ofMillis(300), null);
      Routes route = router -> router.post("/api/v1/jobs").handler(checks.of("submitJob"));
      HttpVerticle server = new HttpVerticle(TestServer.config(0), () -> List.of(route));
      vertx.deployVerticle(server).await(20, TimeUnit.SECONDS);

      String answer =
          RawHttp.send(
              server.actualPort(),
              "POST /api/v1/jobs HTTP/1.1",
              "Host: localhost",
              "Content-Type: application/json",
              "Content-Length: 100");

      assertThat(RawHttp.status(answer)).isEqualTo(408);
      assertThat(new JsonObject(answer.substring(answer.indexOf('{'))).getString("code"))
          .isEqualTo("body-timeout");
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }
}
