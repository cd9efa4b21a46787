package dev.backlot.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultRoutesTest {
  private static final Set<String> OUR_HEADERS =
      Set.of(
          "accept-ranges",
          "cache-control",
          "content-disposition",
          "content-length",
          "content-range",
          "content-security-policy",
          "content-type",
          "etag",
          "referrer-policy",
          "x-content-type-options",
          "x-frame-options",
          "x-request-id");

  private final Vertx vertx = Vertx.vertx();
  private Origin origin;
  private ResultServer server;

  @BeforeEach
  void start() throws TimeoutException {
    origin = Origin.start(vertx);
    server = ResultServer.start(vertx, TestResults.config().size(1 << 20).build());
    server.job.succeededWith(origin.url());
  }

  @AfterEach
  void stop() throws TimeoutException {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void the_file_is_streamed_whole() {
    HttpResponse<Buffer> answer = server.get();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Origin.FILE);
    assertThat(answer.getHeader("Content-Length")).isEqualTo("10");
    assertThat(answer.getHeader("Content-Type")).isEqualTo("video/mp4");
  }

  @Test
  void the_file_is_private_to_its_tenant_and_sniffed_by_nobody() {
    HttpResponse<Buffer> answer = server.get();

    assertThat(answer.getHeader("Cache-Control")).startsWith("private");
    assertThat(answer.headers().getAll("X-Content-Type-Options")).containsExactly("nosniff");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-, bytes 0-9/10, 0123456789",
    "bytes=2-4, bytes 2-4/10, 234",
    "bytes=8-100, bytes 8-9/10, 89",
    "bytes=-3, bytes 7-9/10, 789"
  })
  void a_range_is_streamed(String range, String contentRange, String body) {
    HttpResponse<Buffer> answer = server.get("Range", range);

    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.getHeader("Content-Range")).isEqualTo(contentRange);
    assertThat(answer.bodyAsString()).isEqualTo(body);
  }

  @Test
  void a_range_behind_the_end_is_a_problem_that_names_the_size() {
    HttpResponse<Buffer> answer = server.get("Range", "bytes=10-");

    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(answer.getHeader("Content-Range")).isEqualTo("bytes */10");
    assertThat(code(answer)).isEqualTo("range-not-satisfiable");
  }

  @Test
  void several_ranges_get_the_whole_file() {
    assertThat(server.get("Range", "bytes=0-1,4-5").statusCode()).isEqualTo(200);
  }

  @Test
  void a_range_of_this_version_is_streamed() {
    String etag = server.get().getHeader("ETag");

    assertThat(server.get("Range", "bytes=2-4", "If-Range", etag).statusCode()).isEqualTo(206);
  }

  @Test
  void a_range_of_another_version_gets_the_whole_file() {
    assertThat(server.get("Range", "bytes=2-4", "If-Range", "\"x\"").statusCode()).isEqualTo(200);
  }

  @Test
  void a_file_that_the_tenant_has_is_not_sent_again() {
    String etag = server.get().getHeader("ETag");
    origin.requests.clear();

    HttpResponse<Buffer> answer = server.get("If-None-Match", etag);

    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(origin.requests).isEmpty();
  }

  @Test
  void head_tells_size_and_type_without_the_file() {
    HttpResponse<Buffer> answer = server.head();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.getHeader("Content-Length")).isEqualTo("10");
    assertThat(answer.getHeader("Content-Type")).isEqualTo("video/mp4");
    assertThat(answer.body()).isNull();
  }

  @Test
  void head_asks_the_provider_for_one_byte_by_get() {
    server.head();

    assertThat(origin.requests)
        .singleElement()
        .extracting(r -> r.method())
        .isEqualTo(HttpMethod.GET);
    assertThat(origin.requests.get(0).getHeader("Range")).isEqualTo("bytes=0-0");
  }

  @Test
  void head_of_an_empty_file_tells_zero() {
    origin.answer(
        r -> r.response().setStatusCode(416).putHeader("Content-Range", "bytes */0").end());

    assertThat(server.head().getHeader("Content-Length")).isEqualTo("0");
  }

  @Test
  void a_store_without_ranges_serves_the_whole_file() {
    origin.answer(r -> r.response().end(Origin.FILE));

    HttpResponse<Buffer> answer = server.get("Range", "bytes=2-4");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Origin.FILE);
  }

  @Test
  void a_file_of_unknown_length_is_streamed() {
    origin.answer(
        r -> {
          r.response().setChunked(true).write("01234");
          r.response().end("56789");
        });

    assertThat(server.get().body()).isEqualTo(Origin.FILE);
  }

  @Test
  void the_provider_sees_nothing_of_the_tenants_request() {
    server.get("Cookie", "a=b", "Referer", "http://tenant.example/", "X-Forwarded-For", "1.2.3.4");

    assertThat(origin.requests.get(0).headers().names())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .containsExactlyInAnyOrder("host", "accept-encoding", "user-agent");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 403, 404, 410, 429, 500, 503, 206})
  void nothing_of_the_provider_reaches_the_tenant(int status) {
    origin.answer(
        r -> {
          r.response().setStatusCode(status).setStatusMessage(Origin.CANARY);
          r.response()
              .putHeader("Location", origin.url())
              .putHeader("Content-Range", Origin.CANARY);
          r.response().putHeader("Content-Type", "text/html; " + Origin.CANARY);
          r.response()
              .putHeader("Retry-After", Origin.CANARY)
              .end(status == 200 ? "" : Origin.CANARY);
        });

    HttpResponse<Buffer> answer = server.get();

    assertThat(answer.headers().names())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .isSubsetOf(OUR_HEADERS);
    assertThat(answer.headers().toString() + answer.body() + answer.statusMessage())
        .doesNotContain(Origin.CANARY, "127.0.0.1", String.valueOf(origin.port()));
  }

  @Test
  void no_header_of_a_file_is_the_providers() {
    HttpResponse<Buffer> answer = server.get("Range", "bytes=0-");

    assertThat(answer.headers().toString()).doesNotContain(Origin.CANARY);
    assertThat(answer.headers().names())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .isSubsetOf(OUR_HEADERS);
  }

  @ParameterizedTest
  @CsvSource({
    "404, 410, result-expired",
    "410, 410, result-expired",
    "403, 502, result-unavailable",
    "429, 502, result-unavailable",
    "500, 502, result-unavailable"
  })
  void a_refusal_of_the_provider_is_a_problem(int status, int ours, String code) {
    origin.answer(r -> r.response().setStatusCode(status).end());

    HttpResponse<Buffer> answer = server.get();

    assertThat(answer.statusCode()).isEqualTo(ours);
    assertThat(code(answer)).isEqualTo(code);
  }

  @Test
  void a_part_that_was_not_asked_for_is_refused() {
    origin.answer(
        r ->
            r.response()
                .setStatusCode(206)
                .putHeader("Content-Range", "bytes 0-4/10")
                .end("01234"));

    assertThat(server.get("Range", "bytes=2-6").statusCode()).isEqualTo(502);
  }

  @Test
  void a_compressed_file_is_refused() {
    origin.answer(r -> r.response().putHeader("Content-Encoding", "gzip").end("x"));

    assertThat(server.get().statusCode()).isEqualTo(502);
  }

  @Test
  void a_file_above_the_bound_is_refused() {
    origin.answer(
        r -> r.response().putHeader("Content-Length", "1048577").write(Buffer.buffer("x")));

    assertThat(server.get().statusCode()).isEqualTo(502);
  }

  @Test
  void a_type_that_could_run_in_a_browser_becomes_plain_bytes() {
    server.job.succeededWith("http://127.0.0.1:" + origin.port() + "/x.svg");
    origin.answer(r -> r.response().putHeader("Content-Type", "image/svg+xml").end("<svg/>"));

    HttpResponse<Buffer> answer = server.get();

    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.getHeader("Content-Disposition")).startsWith("attachment");
  }

  @Test
  void an_untyped_file_is_typed_by_its_suffix() {
    origin.answer(r -> r.response().putHeader("Content-Type", "binary/octet-stream").end("x"));

    assertThat(server.get().getHeader("Content-Type")).isEqualTo("video/mp4");
  }

  @Test
  void a_redirect_is_followed_by_us() {
    origin.answer(
        r -> {
          if (r.path().equals("/moved/file.mp4")) {
            Origin.serveFile(r);
          } else {
            r.response().setStatusCode(302).putHeader("Location", "/moved/file.mp4").end();
          }
        });

    HttpResponse<Buffer> answer = server.get("Range", "bytes=2-4");

    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.bodyAsString()).isEqualTo("234");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:PORT/",
        "https://localhost:PORT/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]:PORT/",
        "https://[::ffff:127.0.0.1]:PORT/",
        "http://1.1.1.1/",
        "file:///etc/passwd",
        "::"
      })
  void a_redirect_to_an_address_that_may_not_be_asked_is_refused(String location) {
    String target = location.replace("PORT", String.valueOf(origin.port()));
    origin.answer(r -> r.response().setStatusCode(302).putHeader("Location", target).end());

    assertThat(server.get().statusCode()).isEqualTo(502);
    assertThat(origin.requests).hasSize(1);
  }

  @Test
  void a_ring_of_redirects_is_left() {
    origin.answer(r -> r.response().setStatusCode(307).putHeader("Location", r.uri()).end());

    assertThat(server.get().statusCode()).isEqualTo(502);
    assertThat(origin.requests).hasSize(OriginRequest.REDIRECTS_MAX + 1);
  }

  @Test
  void a_request_without_a_key_is_refused() {
    assertThat(server.getOpenly(ResultServer.PATH).statusCode()).isEqualTo(401);
  }

  @Test
  void a_key_without_the_scope_is_refused() {
    assertThat(getWith(ResultServer.SUBMIT_ONLY_KEY).statusCode()).isEqualTo(403);
  }

  @Test
  void another_tenants_job_is_no_job() {
    HttpResponse<Buffer> answer = getWith(ResultServer.OTHERS_KEY);

    assertThat(code(answer)).isEqualTo("job-not-found");
    assertThat(origin.requests).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/jobs/00000000-0000-0007-0000-000000000008/outputs/1, output-not-found",
    "/api/v1/jobs/00000000-0000-0007-0000-000000000008/outputs/x, output-not-found",
    "/api/v1/jobs/00000000-0000-0007-0000-000000000008/outputs/00, output-not-found",
    "/api/v1/jobs/00000000-0000-0007-0000-000000000009/outputs/0, job-not-found"
  })
  void what_is_not_there_is_404(String path, String code) {
    HttpResponse<Buffer> answer = server.http.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(code(answer)).isEqualTo(code);
  }

  @Test
  void a_running_job_has_no_output() {
    server = restarted();

    assertThat(code(server.get())).isEqualTo("output-not-found");
  }

  @Test
  void a_silent_provider_is_a_problem_in_time() throws TimeoutException {
    server = with(TestResults.config().headers(Duration.ofMillis(200)));
    origin.answer(r -> {});

    assertThat(code(server.get())).isEqualTo("result-unavailable");
  }

  @Test
  void a_provider_that_refuses_connections_is_a_problem() {
    server.job.succeededWith("http://127.0.0.1:1/x.mp4");

    assertThat(code(server.get())).isEqualTo("result-unavailable");
  }

  private ResultServer restarted() {
    try {
      server.close();
      return ResultServer.start(vertx, TestResults.config().build());
    } catch (TimeoutException late) {
      throw new AssertionError(late);
    }
  }

  private ResultServer with(TestResults config) throws TimeoutException {
    server.close();
    ResultServer next = ResultServer.start(vertx, config.build());
    next.job.succeededWith(origin.url());
    return next;
  }

  private HttpResponse<Buffer> getWith(String key) {
    return TestServer.await(
        server.http.client().get(ResultServer.PATH).bearerTokenAuthentication(key));
  }

  private static String code(HttpResponse<Buffer> answer) {
    return answer.bodyAsJsonObject().getString("code");
  }
}
