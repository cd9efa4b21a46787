package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.batch.BatchId;
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
import java.util.Set;
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
  private final BatchId batch = log.batch(TENANT);
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
        .containsExactlyInAnyOrder("id", "token", "expires_at");
  }

  @Test
  void a_token_for_a_batch_needs_a_batch_of_ones_own() {
    assertThat(mint(ofBatch(batch.toString())).statusCode()).isEqualTo(201);
    assertProblem(mint(ofBatch(job(7).toString())), 404, "/batch");
    assertProblem(mint(ofBatch(log.batch(OTHER).toString())), 404, "/batch");
    assertProblem(mint(ofBatch("01900000")), 400, "/batch");
  }

  @Test
  void a_token_for_a_batch_does_not_open_the_tenant() throws Exception {
    StreamClient client = server.connect();
    client.authenticate(minted(ofBatch(batch.toString())));

    client.subscribe("all", null);

    assertThat(client.next("error").getString("code")).isEqualTo("forbidden");
  }

  @Test
  void the_list_says_what_each_token_covers_and_shows_none() {
    String key = server.key(Scope.STREAM);
    String ofBatch = post(key, ofBatch(batch.toString()).toBuffer()).bodyAsString();
    String all = post(key, WHOLE_TENANT.toBuffer()).bodyAsString();

    HttpResponse<Buffer> answer = list(key, "");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.bodyAsString())
        .contains(new JsonObject(ofBatch).getString("id"), new JsonObject(all).getString("id"))
        .doesNotContain("bst_");
    assertThat(answer.bodyAsJsonObject().getJsonArray("items"))
        .map(JsonObject.class::cast)
        .anyMatch(item -> batch.toString().equals(item.getString("batch")))
        .anyMatch(item -> Boolean.TRUE.equals(item.getBoolean("tenant")))
        .allMatch(item -> key.contains(item.getString("key_id")));
  }

  @Test
  void the_list_has_pages() {
    String key = server.key(Scope.STREAM);
    for (int n = 0; n < 3; n++) {
      post(key, WHOLE_TENANT.toBuffer());
    }

    JsonObject first = list(key, "?limit=2").bodyAsJsonObject();
    JsonObject second =
        list(key, "?limit=2&cursor=" + first.getString("next_cursor")).bodyAsJsonObject();

    assertThat(first.getJsonArray("items")).hasSize(2);
    assertThat(second.getJsonArray("items")).hasSize(1);
    assertThat(second.getValue("next_cursor")).isNull();
    assertThat(list(key, "?limit=201").statusCode()).isEqualTo(400);
    assertThat(list(key, "?cursor=nonsense").statusCode()).isEqualTo(400);
  }

  @Test
  void a_revoked_token_closes_its_socket_and_opens_no_other() throws Exception {
    String key = server.key(Scope.STREAM);
    JsonObject token = post(key, WHOLE_TENANT.toBuffer()).bodyAsJsonObject();
    StreamClient open = server.connect();
    open.authenticate(token.getString("token"));
    StreamClient late = server.connect();

    assertThat(delete(key, token.getString("id")).statusCode()).isEqualTo(204);

    assertThat(open.closeCode()).isEqualTo((short) 4410);
    late.send(new JsonObject().put("type", "auth").put("token", token.getString("token")));
    assertThat(late.closeCode()).isEqualTo((short) 4401);
    assertThat(delete(key, token.getString("id")).statusCode()).as("once more").isEqualTo(404);
  }

  @Test
  void another_tenants_token_is_not_there_to_be_revoked() throws Exception {
    JsonObject token = mint(WHOLE_TENANT).bodyAsJsonObject();
    String stranger = server.grants.key(OTHER, Set.of(Scope.STREAM));

    HttpResponse<Buffer> refused = delete(stranger, token.getString("id"));

    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.bodyAsJsonObject().getString("code")).isEqualTo("token-not-found");
    assertThat(list(stranger, "").bodyAsJsonObject().getJsonArray("items")).isEmpty();
    server.connect().authenticate(token.getString("token"));
  }

  @Test
  void whoever_names_the_token_instead_of_its_id_is_told_so() {
    String token = minted(WHOLE_TENANT);

    HttpResponse<Buffer> refused = delete(server.key(Scope.STREAM), token);

    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.bodyAsString()).contains("not the token itself").doesNotContain(token);
  }

  @Test
  void at_the_bound_of_live_tokens_no_more_is_made() {
    String key = server.key(Scope.STREAM);
    for (int n = 0; n < StreamServer.TOKENS_MAX; n++) {
      assertThat(post(key, WHOLE_TENANT.toBuffer()).statusCode()).isEqualTo(201);
    }

    HttpResponse<Buffer> refused = post(key, WHOLE_TENANT.toBuffer());

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.getHeader("Retry-After")).isNotNull();
    assertThat(refused.bodyAsJsonObject().getString("code")).isEqualTo("too-many-tokens");
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
        "{\"batch\":7}",
        "{\"batch\":null}",
        "{\"batch\":\"01900000-0000-7000-8000-000000000000\",\"tenant\":true}",
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
    String key = server.key(scope);

    assertThat(post(key, WHOLE_TENANT.toBuffer()).statusCode()).isEqualTo(403);
    assertThat(list(key, "").statusCode()).isEqualTo(403);
    assertThat(delete(key, "aaaaaaaaaaaa").statusCode()).isEqualTo(403);
  }

  @Test
  void nobody_makes_no_token() {
    assertThat(post("blk_aaaaaaaaaaaa_wrong", WHOLE_TENANT.toBuffer()).statusCode()).isEqualTo(401);
  }

  @Test
  void a_token_makes_no_token() {
    String token = minted(WHOLE_TENANT);

    assertThat(post(token, WHOLE_TENANT.toBuffer()).statusCode()).isEqualTo(401);
    assertThat(list(token, "").statusCode()).isEqualTo(401);
    assertThat(delete(token, "aaaaaaaaaaaa").statusCode()).isEqualTo(401);
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

  private HttpResponse<Buffer> list(String credential, String query) {
    return TestServer.await(
        server
            .http
            .request(HttpMethod.GET, "/api/v1/stream/tokens" + query)
            .bearerTokenAuthentication(credential));
  }

  private HttpResponse<Buffer> delete(String credential, String id) {
    return TestServer.await(
        server
            .http
            .request(HttpMethod.DELETE, "/api/v1/stream/tokens/" + id)
            .bearerTokenAuthentication(credential));
  }

  private static JsonObject ofBatch(String name) {
    return new JsonObject().put("batch", name);
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
