package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.ConfigException;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpVerticleTest {
  private static final String CANARY = "canary-in-an-exception";

  private final Vertx vertx = Vertx.vertx();
  private final FakeKeys keys = new FakeKeys();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final List<JsonObject> handled = new ArrayList<>();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(vertx, checks -> List.of(router -> mount(router, checks)));
  }

  private void mount(Router router, RequestChecks checks) {
    Authentication authentication = new Authentication(keys, now::get);
    router
        .post("/api/v1/jobs")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("submitJob"))
        .handler(
            ctx -> {
              handled.add(RequestChecks.body(ctx));
              ctx.response().end("handled");
            });
    router
        .get("/api/v1/jobs")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listJobs"))
        .handler(ctx -> ctx.json(RequestChecks.parameters(ctx)));
    router
        .get("/throws")
        .handler(
            ctx -> {
              throw new IllegalStateException(CANARY);
            });
    router
        .get("/fails")
        .handler(
            ctx ->
                Problems.send(
                    ctx,
                    new BacklotException(
                        ErrorCode.OVERLOADED, "Too busy.", new RuntimeException(CANARY))));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void an_unknown_path_is_a_problem() {
    HttpResponse<Buffer> answer = server.get("/nowhere");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/problem+json");
    JsonObject problem = answer.bodyAsJsonObject();
    assertThat(problem.getString("type")).isEqualTo("/problems/not-found");
    assertThat(problem.getString("code")).isEqualTo("not-found");
    assertThat(problem.getString("request_id")).isEqualTo(answer.getHeader("X-Request-Id"));
  }

  @Test
  void a_wrong_method_names_the_right_ones() {
    HttpResponse<Buffer> answer =
        TestServer.await(server.request(HttpMethod.DELETE, "/api/v1/jobs"));

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("method-not-allowed");
    assertThat(answer.getHeader("Allow")).contains("GET").contains("POST");
  }

  @Test
  void a_body_that_is_not_utf_8_is_refused() {
    byte[] body = "{\"kind\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);

    HttpResponse<Buffer> answer = server.post("/api/v1/jobs", Buffer.buffer(body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("invalid-json");
    assertThat(handled).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/, Content-Length: many, 400, invalid-request",
    "/aaaa, X-Short: a, 414, uri-too-long",
    "/, X-Long: aaaa, 431, headers-too-large",
  })
  void what_breaks_http_itself_is_a_problem_too(
      String path, String header, int status, String code) {
    String answer =
        RawHttp.send(
            server.port(),
            "GET " + path.replace("aaaa", "a".repeat(17_000)) + " HTTP/1.1",
            "Host: localhost",
            header.replace("aaaa", "a".repeat(20_000)));

    assertThat(RawHttp.status(answer)).isEqualTo(status);
    assertThat(answer.toLowerCase(Locale.ROOT))
        .contains("content-type: application/problem+json")
        .contains("\"code\":\"" + code + "\"");
  }

  @Test
  void too_many_members_are_counted_in_plain_words() {
    JsonObject metadata = new JsonObject();
    IntStream.rangeClosed(0, 50).forEach(i -> metadata.put("k" + i, "v"));
    JsonObject body =
        new JsonObject()
            .put("kind", "text2video")
            .put("input", new JsonObject())
            .put("metadata", metadata);

    assertThat(server.post("/api/v1/jobs", body).bodyAsJsonObject().getString("detail"))
        .isEqualTo("/metadata must be an object with at most 50 members.");
  }

  @Test
  void a_path_that_cannot_be_decoded_is_refused() {
    HttpResponse<Buffer> answer = server.get("/%zz");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("invalid-request");
  }

  @Test
  void what_can_be_got_has_a_head() {
    HttpResponse<Buffer> answer = TestServer.await(server.request(HttpMethod.HEAD, "/api/v1/jobs"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.bodyAsBuffer()).isNull();
  }

  @Test
  void an_unforeseen_failure_tells_nothing_but_its_request_id() {
    HttpResponse<Buffer> answer = server.get("/throws");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("internal");
    assertThat(answer.bodyAsJsonObject().getString("request_id")).isNotEmpty();
    assertThat(answer.bodyAsString()).doesNotContain(CANARY, "IllegalState");
  }

  @Test
  void the_cause_of_a_known_failure_stays_inside() {
    HttpResponse<Buffer> answer = server.get("/fails");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.getHeader("Retry-After")).isEqualTo("1");
    assertThat(answer.bodyAsString()).contains("Too busy.").doesNotContain(CANARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Basic dXNlcjpwYXNz", "Bearer", "Bearer x", "Bearer blk_bbbbbbbbbbbb_revoked"})
  void whatever_is_wrong_with_a_key_looks_the_same(String header) {
    HttpResponse<Buffer> answer =
        TestServer.await(server.client().get("/api/v1/jobs").putHeader("Authorization", header));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.getHeader("WWW-Authenticate")).isEqualTo("Bearer realm=\"backlot\"");
    JsonObject problem = answer.bodyAsJsonObject();
    problem.remove("instance");
    problem.remove("request_id");
    assertThat(problem.encode())
        .isEqualTo(
            "{\"type\":\"/problems/unauthenticated\",\"title\":\"A valid key is needed\","
                + "\"status\":401,\"detail\":\"Send a valid API key as 'Authorization: Bearer"
                + " <key>'.\",\"code\":\"unauthenticated\"}");
  }

  @Test
  void a_key_without_the_scope_is_told_which() {
    keys.add("blk_cccccccccccc_r", new TenantId(new UUID(2, 2)), Set.of(Scope.READ));

    HttpResponse<Buffer> answer =
        TestServer.await(
            server
                .client()
                .post("/api/v1/jobs")
                .bearerTokenAuthentication("blk_cccccccccccc_r")
                .putHeader("Content-Type", "application/json"),
            Buffer.buffer("{}"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.bodyAsJsonObject().getString("detail")).contains("submit");
  }

  @Test
  void a_busy_key_is_looked_up_once_and_a_revoked_one_is_refused_soon() {
    server.get("/api/v1/jobs");
    server.get("/api/v1/jobs");
    assertThat(keys.lookUps).isEqualTo(1);

    keys.forget(TestServer.KEY);
    now.set(Instant.EPOCH.plus(Authentication.MEMORY).plus(Duration.ofMillis(1)));

    assertThat(server.get("/api/v1/jobs").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"kind\":\"a\"}                             | /input          | is missing: must be an object",
        "{\"input\":{}}                               | /kind           | at most 64 characters",
        "{\"kind\":3,\"input\":{}}                    | /kind           | must be a string",
        "{\"kind\":\"a\",\"input\":[]}                | /input          | must be an object",
        "{\"kind\":\"a\",\"input\":{},\"priorty\":1}  | /priorty        | allowed: kind, model, input, priority, start_at",
        "{\"kind\":\"a\",\"input\":{},\"priority\":101} | /priority     | must be an integer between -100 and 100",
        "{\"kind\":\"a\",\"input\":{},\"priority\":1.5} | /priority     | must be an integer between -100 and 100",
        "{\"kind\":\"a\",\"input\":{},\"priority\":null} | /priority    | must be an integer between -100 and 100",
        "{\"kind\":\"a\",\"input\":{},\"metadata\":{\"a b\":1}} | /metadata/a b | of at most 500 characters",
      })
  void a_wrong_body_names_the_field_and_what_is_allowed(String body, String field, String detail) {
    HttpResponse<Buffer> answer = server.post("/api/v1/jobs", Buffer.buffer(body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("invalid-request");
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo(field);
    assertThat(answer.bodyAsJsonObject().getString("detail")).contains(field).contains(detail);
    assertThat(handled).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"kind\":\"a\",\"kind\":\"b\"}",
        "{\"kind\":\"a\"} x",
        "{\"kind\":\"\\u0000\"}",
        "{\"kind\":\"\\ud800\"}",
        "{\"kind\":1e999999999}",
        "{\"kind\":1e9999999999}",
        "{\"kind\":-0.0e2147483648}",
        "{\"kind\":1.0e-2147483649}",
        "{\"kind\":12345678901234567890123456789012345678901}",
        "{'kind':1}",
        "{\"kind\":NaN}",
      })
  void a_body_that_is_not_one_storable_object_is_refused(String body) {
    HttpResponse<Buffer> answer = server.post("/api/v1/jobs", Buffer.buffer(body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("invalid-json");
    assertThat(handled).isEmpty();
  }

  @Test
  void a_body_that_is_too_deep_is_refused() {
    String deep = "{\"kind\":" + "[".repeat(40) + "]".repeat(40) + "}";

    assertThat(server.post("/api/v1/jobs", Buffer.buffer(deep)).statusCode()).isEqualTo(400);
  }

  @Test
  void a_large_body_is_refused_whether_it_says_so_or_not() {
    Buffer large = Buffer.buffer(new byte[TestServer.BODY_LIMIT + 1]);
    HttpResponse<Buffer> announced = server.post("/api/v1/jobs", large);
    int chunked =
        server
            .request(HttpMethod.POST, "/api/v1/jobs")
            .putHeader("Content-Type", "application/json")
            .sendStream(new OneBuffer(large))
            .map(HttpResponse::statusCode)
            .await();

    assertThat(announced.statusCode()).isEqualTo(413);
    assertThat(announced.bodyAsJsonObject().getString("code")).isEqualTo("body-too-large");
    assertThat(chunked).isEqualTo(413);
    assertThat(handled).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"})
  void only_json_is_taken(String type) {
    HttpResponse<Buffer> answer =
        TestServer.await(
            server.request(HttpMethod.POST, "/api/v1/jobs").putHeader("Content-Type", type),
            Buffer.buffer("{}"));

    assertThat(answer.statusCode()).isEqualTo(415);
  }

  @Test
  void numbers_of_a_body_stay_exact() {
    server.post(
        "/api/v1/jobs",
        Buffer.buffer(
            "{\"kind\":\"a\",\"input\":{\"n\":0.1000000000000000055,\"id\":18446744073709551617}}"));

    assertThat(handled.get(0).getJsonObject("input").getMap().toString())
        .isEqualTo("{n=0.1000000000000000055, id=18446744073709551617}");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, query:limit, must be an integer between 1 and 200",
    "limit=x, query:limit, must be an integer between 1 and 200",
    "limit=1&limit=2, query:limit, must be given once",
    "state=done, query:state/0, must be one of queued",
    "page=2, query:page, 'allowed: state, limit, cursor'",
    "cursor=a%00b, query:cursor, must not contain U+0000",
  })
  void a_wrong_query_parameter_is_named(String query, String field, String detail) {
    HttpResponse<Buffer> answer = server.get("/api/v1/jobs?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo(field);
    assertThat(answer.bodyAsJsonObject().getString("detail")).contains(detail);
  }

  @Test
  void parameters_are_typed_and_filled_with_defaults() {
    assertThat(server.get("/api/v1/jobs?state=queued,failed").bodyAsJsonObject())
        .isEqualTo(new JsonObject("{\"state\":[\"queued\",\"failed\"],\"limit\":50}"));
  }

  @Test
  void every_answer_carries_the_protecting_headers() {
    HttpResponse<Buffer> answer = server.get("/api/v1/jobs");

    assertThat(answer.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.getHeader("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void a_taken_port_names_its_key() {
    HttpVerticle second = new HttpVerticle(TestServer.config(server.port()), List::of);
    Vertx other = Vertx.vertx();
    Future<String> deployed = other.deployVerticle(second);

    assertThatThrownBy(() -> deployed.await(20, TimeUnit.SECONDS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("http.port: " + server.port());
    other.close().await();
  }
}
