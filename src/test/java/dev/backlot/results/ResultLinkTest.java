package dev.backlot.results;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import dev.backlot.port.Keys.StreamGrant;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ResultLinkTest {
  private static final String LINK_PATH = ResultServer.PATH + "/link";

  private final Vertx vertx = Vertx.vertx();
  private Origin origin;
  private ResultServer server;

  @BeforeEach
  void start() throws TimeoutException {
    origin = Origin.start(vertx);
    server = ResultServer.start(vertx, TestResults.config().build());
    server.job.succeededWith(origin.url());
  }

  @AfterEach
  void stop() throws TimeoutException {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_link_fetches_the_file_without_a_key() {
    assertThat(server.getOpenly(server.link()).body()).isEqualTo(Origin.FILE);
  }

  @Test
  void a_link_says_when_it_expires() {
    JsonObject link = server.http.post(LINK_PATH, Buffer.buffer()).bodyAsJsonObject();

    assertThat(link.getString("expires_at")).isEqualTo("2026-01-01T00:10:00Z");
    assertThat(link.fieldNames()).containsExactlyInAnyOrder("url", "expires_at");
  }

  @Test
  void a_link_is_kept_by_no_cache() {
    assertThat(server.http.post(LINK_PATH, Buffer.buffer()).getHeader("Cache-Control"))
        .isEqualTo("no-store");
  }

  @Test
  void a_link_expires() {
    String link = server.link();
    server.now = server.now.plus(Duration.ofMinutes(10));

    assertInvalid(server.getOpenly(link));
  }

  @Test
  void a_link_opens_no_other_output() {
    String link = server.link();

    assertInvalid(server.getOpenly(link.replace("/outputs/0", "/outputs/1")));
  }

  @Test
  void a_link_opens_no_other_job() {
    String link = server.link();

    assertInvalid(server.getOpenly(link.replace("00000008/outputs", "00000009/outputs")));
  }

  @Test
  void a_link_to_the_copy_with_a_watermark_opens_that_copy() {
    assertThat(server.getOpenly(linkToCopy()).getHeader("ETag")).endsWith("-0-watermark\"");
    assertThat(origin.requests.get(0).uri()).endsWith("&watermark=1");
  }

  @Test
  void a_link_to_the_copy_with_a_watermark_does_not_open_the_clean_file() {
    assertInvalid(server.getOpenly(linkToCopy().replace("watermark=true&", "")));
  }

  @Test
  void a_link_to_the_clean_file_does_not_open_the_copy_with_a_watermark() {
    assertInvalid(server.getOpenly(server.link().replace("?", "?watermark=true&")));
  }

  private String linkToCopy() {
    return server
        .http
        .post(LINK_PATH + "?watermark=true", Buffer.buffer())
        .bodyAsJsonObject()
        .getString("url");
  }

  @Test
  void a_forged_link_is_refused() {
    assertInvalid(server.getOpenly(ResultServer.PATH + "?link=AAAA"));
  }

  @Test
  void an_empty_link_is_refused() {
    assertInvalid(server.getOpenly(ResultServer.PATH + "?link="));
  }

  @Test
  void a_bad_link_is_not_saved_by_a_good_key() {
    assertInvalid(server.http.get(ResultServer.PATH + "?link=AAAA"));
  }

  @Test
  void a_link_plays_by_ranges() {
    HttpResponse<Buffer> answer =
        TestServer.await(server.http.client().get(server.link()).putHeader("Range", "bytes=2-4"));

    assertThat(answer.bodyAsString()).isEqualTo("234");
  }

  @Test
  void another_tenant_gets_no_link() {
    assertThat(code(linkWith(ResultServer.OTHERS_KEY))).isEqualTo("job-not-found");
  }

  @Test
  void a_key_without_the_scope_gets_no_link() {
    assertThat(linkWith(ResultServer.SUBMIT_ONLY_KEY).statusCode()).isEqualTo(403);
  }

  @Test
  void a_job_without_outputs_gets_no_link() {
    HttpResponse<Buffer> answer =
        server.http.post(LINK_PATH.replace("/0/", "/1/"), Buffer.buffer());

    assertThat(code(answer)).isEqualTo("output-not-found");
  }

  @Test
  void a_stream_token_of_the_whole_tenant_gets_a_link() {
    grant("token", FakeKeys.TENANT, new StreamScope.WholeTenant());

    assertThat(linkWith("token").statusCode()).isEqualTo(200);
  }

  @Test
  void a_stream_token_of_the_job_gets_a_link() {
    grant("token", FakeKeys.TENANT, new StreamScope.Jobs(Set.of(OneJob.ID)));

    assertThat(linkWith("token").statusCode()).isEqualTo(200);
  }

  @Test
  void a_stream_token_of_another_job_gets_none() {
    JobId other = new JobId(new UUID(1, 1));
    grant("token", FakeKeys.TENANT, new StreamScope.Jobs(Set.of(other)));

    assertThat(code(linkWith("token"))).isEqualTo("job-not-found");
  }

  @Test
  void a_stream_token_of_its_batch_gets_a_link() {
    server.job.batch = new UUID(5, 5);
    grant("token", FakeKeys.TENANT, new StreamScope.OfBatch(new BatchId(new UUID(5, 5))));

    assertThat(linkWith("token").statusCode()).isEqualTo(200);
  }

  @Test
  void a_stream_token_of_another_batch_gets_none() {
    grant("token", FakeKeys.TENANT, new StreamScope.OfBatch(new BatchId(new UUID(5, 5))));

    assertThat(code(linkWith("token"))).as("a job of no batch").isEqualTo("job-not-found");
    server.job.batch = new UUID(6, 6);
    assertThat(code(linkWith("token"))).as("of another").isEqualTo("job-not-found");
  }

  @Test
  void a_stream_token_of_another_tenant_gets_none() {
    grant("token", new TenantId(new UUID(2, 2)), new StreamScope.WholeTenant());

    assertThat(code(linkWith("token"))).isEqualTo("job-not-found");
  }

  @Test
  void an_expired_stream_token_is_no_credential() {
    grant("token", FakeKeys.TENANT, new StreamScope.WholeTenant());
    server.now = server.now.plus(Duration.ofHours(2));

    assertThat(linkWith("token").statusCode()).isEqualTo(401);
  }

  @Test
  void no_credential_gets_no_link() {
    assertThat(TestServer.await(server.http.client().post(LINK_PATH)).statusCode()).isEqualTo(401);
  }

  @Test
  void a_stream_token_does_not_fetch_the_file() {
    grant("token", FakeKeys.TENANT, new StreamScope.WholeTenant());

    assertThat(
            TestServer.await(
                    server.http.client().get(ResultServer.PATH).bearerTokenAuthentication("token"))
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void neither_links_nor_addresses_are_logged() {
    LogLines log = LogLines.capture();
    try {
      String link = server.link();
      server.getOpenly(link);
      server.getOpenly(link + "x");
      origin.answer(r -> r.response().setStatusCode(500).end());
      server.getOpenly(link);

      String token = link.substring(link.indexOf('=') + 1);
      assertThat(log.lines)
          .anyMatch(line -> line.contains("request answered"))
          .anyMatch(line -> line.contains("result refused by the provider"))
          .noneMatch(line -> line.contains(token))
          .noneMatch(line -> line.contains(Origin.CANARY));
    } finally {
      log.release();
    }
  }

  private void grant(String token, TenantId tenant, StreamScope scope) {
    server.keys.add(
        token,
        new StreamGrant("aaaaaaaaaaaa", tenant, scope, server.now.plus(Duration.ofHours(1))));
  }

  private HttpResponse<Buffer> linkWith(String credential) {
    return TestServer.await(
        server
            .http
            .client()
            .request(HttpMethod.POST, LINK_PATH)
            .bearerTokenAuthentication(credential));
  }

  private void assertInvalid(HttpResponse<Buffer> answer) {
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(code(answer)).isEqualTo("link-invalid");
    assertThat(origin.requests).isEmpty();
  }

  private static String code(HttpResponse<Buffer> answer) {
    return answer.bodyAsJsonObject().getString("code");
  }

  /** Everything that Backlot logs at DEBUG while it listens. */
  private static final class LogLines extends AppenderBase<ILoggingEvent> {
    private static final Logger OURS = (Logger) LoggerFactory.getLogger("dev.backlot");
    private static final Logger STREAMS = (Logger) LoggerFactory.getLogger(ResultStreams.class);

    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    static LogLines capture() {
      LogLines log = new LogLines();
      log.setContext(OURS.getLoggerContext());
      log.start();
      OURS.setLevel(Level.DEBUG);
      OURS.setAdditive(false);
      STREAMS.setLevel(Level.DEBUG);
      OURS.addAppender(log);
      return log;
    }

    void release() {
      OURS.detachAppender(this);
      OURS.setAdditive(true);
      OURS.setLevel(null);
      STREAMS.setLevel(Level.ERROR);
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          event.getFormattedMessage()
              + " "
              + event.getKeyValuePairs()
              + " "
              + event.getThrowableProxy());
    }
  }
}
