package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.Authentication;
import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRoutesTest {
  private static final JsonObject WHOLE_TENANT = new JsonObject().put("tenant", true);

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void a_token_for_the_tenant_opens_all_of_it() throws Exception {
    StreamClient client = server.connect();
    client.authenticate(minted(WHOLE_TENANT));

    client.subscribe("a", null);

    client.next("snapshot");
  }

  @Test
  void a_token_for_jobs_opens_these_and_nothing_else() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(2), JobState.QUEUED);
    StreamClient client = server.connect();
    client.authenticate(minted(ofJobs(job(1).toString())));

    client.subscribe("one", null, job(1));
    client.next("snapshot");
    client.next("live");
    client.subscribe("other", null, job(2));
    JsonObject other = client.next("error");
    client.subscribe("all", null);
    JsonObject all = client.next("error");

    assertThat(other.getString("code")).isEqualTo("forbidden");
    assertThat(all.getString("code")).isEqualTo("forbidden");
  }

  @Test
  void a_token_lives_for_ten_minutes_unless_it_is_asked_otherwise() {
    String tenMinutes = server.clock.instant().plus(Duration.ofMinutes(10)).toString();
    String tenSeconds = server.clock.instant().plus(Duration.ofSeconds(10)).toString();

    assertThat(mint(WHOLE_TENANT).bodyAsJsonObject().getString("expires_at")).isEqualTo(tenMinutes);
    assertThat(mint(lasting(10)).bodyAsJsonObject().getString("expires_at")).isEqualTo(tenSeconds);
  }

  @Test
  void a_token_opens_nothing_after_its_expiry() throws Exception {
    String token = minted(lasting(10));
    server.clock.advance(Duration.ofSeconds(10));
    StreamClient client = server.connect();

    client.send(new JsonObject().put("type", "auth").put("token", token));

    assertThat(client.closeCode()).isEqualTo((short) 4401);
  }

  @Test
  void a_token_dies_with_the_key_that_made_it() throws Exception {
    String key = server.key(Scope.STREAM);
    String token = post(key, WHOLE_TENANT.toBuffer()).bodyAsJsonObject().getString("token");
    StreamClient open = server.connect();
    open.authenticate(token);
    StreamClient late = server.connect();

    server.grants.revoke(key);

    assertThat(open.closeCode()).as("a socket that was open").isEqualTo((short) 4410);
    late.send(new JsonObject().put("type", "auth").put("token", token));
    assertThat(late.closeCode()).as("a socket that comes later").isEqualTo((short) 4401);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 9, 3_601, Long.MAX_VALUE})
  void a_life_time_outside_of_the_bounds_is_refused(long seconds) {
    assertProblem(mint(lasting(seconds)), 400, "/ttl_seconds");
  }

  @Test
  void a_token_is_shown_once_and_kept_by_nobody() {
    HttpResponse<Buffer> answer = mint(WHOLE_TENANT);

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.bodyAsJsonObject().fieldNames())
        .containsExactlyInAnyOrder("token", "expires_at");
  }

  @Test
  void whoever_forgets_the_jobs_does_not_get_the_whole_tenant() {
    assertProblem(mint(new JsonObject()), 400, "/jobs");
  }

  @Test
  void jobs_and_the_whole_tenant_contradict_each_other() {
    log.append(TENANT, job(1), JobState.QUEUED);

    assertProblem(mint(ofJobs(job(1).toString()).put("tenant", true)), 400, "/jobs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jobs\":[]}",
        "{\"jobs\":[7]}",
        "{\"jobs\":[null]}",
        "{\"jobs\":null}",
        "{\"jobs\":\"all\"}",
        "{\"tenant\":false}",
        "{\"tenant\":\"true\"}",
        "{\"tenants\":true}",
        "[]",
        "nonsense"
      })
  void a_body_that_makes_no_sense_is_refused(String body) {
    HttpResponse<Buffer> answer = post(server.key(Scope.STREAM), Buffer.buffer(body));

    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void more_than_100_jobs_are_refused() {
    JsonArray names = new JsonArray();
    IntStream.rangeClosed(1, 101).forEach(n -> names.add(job(n).toString()));

    assertProblem(mint(new JsonObject().put("jobs", names)), 400, "/jobs");
  }

  @Test
  void a_job_of_another_tenant_looks_unknown() {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(OTHER, job(2), JobState.QUEUED);

    HttpResponse<Buffer> theirs = mint(ofJobs(job(1).toString(), job(2).toString()));
    HttpResponse<Buffer> nobodys = mint(ofJobs(job(1).toString(), job(3).toString()));

    assertProblem(theirs, 404, "/jobs");
    assertProblem(nobodys, 404, "/jobs");
    assertThat(theirs.bodyAsString()).doesNotContain(job(1).toString());
  }

  @ParameterizedTest
  @EnumSource(names = "STREAM", mode = EnumSource.Mode.EXCLUDE)
  void a_key_without_the_scope_makes_no_token(Scope scope) {
    assertThat(post(server.key(scope), WHOLE_TENANT.toBuffer()).statusCode()).isEqualTo(403);
  }

  @Test
  void nobody_makes_no_token() {
    assertThat(post("blk_aaaaaaaaaaaa_wrong", WHOLE_TENANT.toBuffer()).statusCode()).isEqualTo(401);
  }

  @Test
  void a_token_makes_no_token() {
    assertThat(post(minted(WHOLE_TENANT), WHOLE_TENANT.toBuffer()).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void a_token_opens_no_call_of_the_api(Scope scope) throws Exception {
    Routes call =
        router ->
            router
                .get("/call")
                .handler(new Authentication(server.grants, server.clock).require(scope))
                .handler(ctx -> ctx.end());
    String token = minted(WHOLE_TENANT);
    try (TestServer other = TestServer.start(server.vertx, checks -> List.of(call))) {
      assertThat(get(other, server.key(scope))).as("with a key").isEqualTo(200);
      assertThat(get(other, token)).as("with a token").isEqualTo(401);
    }
  }

  private static int get(TestServer http, String credential) {
    return TestServer.await(
            http.request(HttpMethod.GET, "/call").bearerTokenAuthentication(credential))
        .statusCode();
  }

  private String minted(JsonObject body) {
    HttpResponse<Buffer> answer = mint(body);
    assertThat(answer.statusCode()).as(answer.bodyAsString()).isEqualTo(201);
    return answer.bodyAsJsonObject().getString("token");
  }

  private HttpResponse<Buffer> mint(JsonObject body) {
    return post(server.key(Scope.STREAM), body.toBuffer());
  }

  private HttpResponse<Buffer> post(String credential, Buffer body) {
    return TestServer.await(
        server
            .http
            .request(HttpMethod.POST, "/api/v1/stream/tokens")
            .bearerTokenAuthentication(credential)
            .putHeader("Content-Type", "application/json"),
        body);
  }

  private static JsonObject ofJobs(String... names) {
    JsonArray jobs = new JsonArray();
    for (String name : names) {
      jobs.add(name);
    }
    return new JsonObject().put("jobs", jobs);
  }

  private static JsonObject lasting(long seconds) {
    return WHOLE_TENANT.copy().put("ttl_seconds", seconds);
  }

  private static void assertProblem(HttpResponse<Buffer> answer, int status, String field) {
    assertThat(answer.statusCode()).as(answer.bodyAsString()).isEqualTo(status);
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo(field);
  }
}
