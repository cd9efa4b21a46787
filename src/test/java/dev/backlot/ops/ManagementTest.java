package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.HttpConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.http.HttpVerticle;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import dev.backlot.ops.HealthCheck.Finding;
import dev.backlot.ops.HealthCheck.Status;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The management port over real HTTP, beside an API that is under (light) attack. */
class ManagementTest {
  private static final String CANARY = "c4nary";
  private static final HttpConfig ANY_PORT = on(0);

  private final PrometheusMeterRegistry registry = Metrics.registry();
  private final Vertx vertx =
      Vertx.builder().with(Metrics.options()).withMetrics(Metrics.factory(registry)).build();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Lifecycle lifecycle = new Lifecycle();
  private final AtomicLong ticker = new AtomicLong();
  private final NodeLease lease =
      new NodeLease(new NodeId(new UUID(0, 1)), Duration.ofSeconds(10), ticker::get);
  private final AtomicBoolean standbyMissing = new AtomicBoolean();
  private final AtomicReference<Future<Finding>> database =
      new AtomicReference<>(Future.succeededFuture(new Finding(Status.UP, "answers")));
  private final AtomicLong millis = new AtomicLong();
  private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
  private int management;
  private int api;

  @BeforeEach
  void start() throws Exception {
    lease.renewed(1, lease.tick());
    lifecycle.started();
    Readiness readiness =
        new Readiness(
            List.of(
                new HealthCheck("database", true, database::get),
                HealthCheck.lease(lease, standbyMissing::get),
                HealthCheck.cluster(true, false, () -> 3),
                HealthCheck.lifecycle(lifecycle)),
            Duration.ofMillis(200),
            clock);
    management =
        deploy(
            new HttpVerticle(
                "management",
                ANY_PORT,
                () ->
                    List.of(
                        new HealthRoutes(lifecycle, readiness),
                        new MetricsRoutes(vertx, registry))));
    api = deploy(new HttpVerticle(ANY_PORT, this::apiRoutes));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void a_running_node_is_live_started_and_ready() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/started").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void readiness_names_every_check() throws Exception {
    JsonObject body = new JsonObject(get("/health/ready").body());

    assertThat(body.getString("status")).isEqualTo("up");
    assertThat(body.getJsonArray("checks").stream().map(check -> ((JsonObject) check)))
        .extracting(check -> check.getString("name"))
        .containsExactly("database", "lease", "cluster", "lifecycle");
  }

  @Test
  void a_draining_node_is_at_once_not_ready_and_still_alive() throws Exception {
    get("/health/ready");
    lifecycle.draining();

    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/started").statusCode()).isEqualTo(200);
  }

  @Test
  void readiness_says_how_many_members_the_cluster_has() throws Exception {
    assertThat(get("/health/ready").body()).contains("\"members: 3\"");
  }

  @Test
  void a_node_whose_lease_ran_out_is_not_ready() throws Exception {
    ticker.addAndGet(Duration.ofSeconds(11).toNanos());

    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void a_node_whose_lease_ran_out_because_no_commit_comes_to_its_end_is_degraded()
      throws Exception {
    ticker.addAndGet(Duration.ofSeconds(11).toNanos());
    standbyMissing.set(true);

    HttpResponse<String> ready = get("/health/ready");

    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(ready.body()).getString("status")).isEqualTo("degraded");
    assertThat(ready.body()).contains("wait for the synchronous standby");
  }

  @Test
  void a_failing_database_is_not_ready_and_its_message_is_not_told() throws Exception {
    database.set(Future.failedFuture("password " + CANARY));

    HttpResponse<String> ready = get("/health/ready");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("\"database\"").doesNotContain(CANARY);
  }

  @Test
  void a_database_that_hangs_is_not_ready() throws Exception {
    database.set(Promise.<Finding>promise().future());

    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void a_degraded_node_still_gets_traffic() throws Exception {
    database.set(Future.succeededFuture(new Finding(Status.DEGRADED, "no standby")));

    HttpResponse<String> ready = get("/health/ready");

    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(ready.body()).getString("status")).isEqualTo("degraded");
  }

  @Test
  void the_database_is_asked_once_for_all_who_ask_at_the_same_time() throws Exception {
    get("/health/ready");
    database.set(Future.failedFuture("down"));

    assertThat(get("/health/ready").statusCode()).as("within the memory").isEqualTo(200);
    millis.addAndGet(600);
    assertThat(get("/health/ready").statusCode()).as("after it").isEqualTo(503);
  }

  @Test
  void requests_are_measured_by_route_method_and_code() throws Exception {
    api("GET", "/jobs/" + UUID.randomUUID());

    assertThat(scrape())
        .containsPattern(
            "vertx_http_server_response_time_seconds_bucket\\{code=\"200\",method=\"GET\","
                + "route=\"[^\"]*/jobs/:id\",le=\"0.05\"} [01]")
        .containsPattern(
            "vertx_http_server_response_time_seconds_count\\{code=\"200\",method=\"GET\","
                + "route=\"[^\"]*/jobs/:id\"} 1");
  }

  @Test
  void problems_are_counted_by_kind_and_code() throws Exception {
    api("GET", "/refused");

    assertThat(scrape())
        .contains("backlot_http_problems_total{code=\"job-not-found\",kind=\"caller\"} 1.0");
  }

  @Test
  void what_callers_send_never_becomes_a_label() throws Exception {
    api("GET", "/jobs/" + CANARY + "?token=" + CANARY);
    api("GET", "/" + CANARY);
    api(CANARY.toUpperCase(Locale.ROOT), "/jobs/1");
    api("POST", "/refused");

    assertThat(scrape().toLowerCase(Locale.ROOT)).doesNotContain(CANARY);
  }

  @Test
  void hosts_that_we_call_never_become_a_label() throws Exception {
    await(
        vertx
            .createHttpClient()
            .request(HttpMethod.GET, api, "127.0.0.1", "/jobs/1")
            .compose(request -> request.send().compose(HttpClientResponse::end)));

    assertThat(scrape()).contains("vertx_http_client_requests_total").doesNotContain("127.0.0.1");
  }

  @Test
  void a_thousand_paths_and_methods_make_no_more_series_than_ten() throws Exception {
    hammer(0, 10);
    scrape();
    Set<String> before = series();
    hammer(10, 1_000);

    assertThat(series()).isEqualTo(before);
  }

  @Test
  void a_taken_port_is_an_error_that_names_its_key() {
    HttpConfig taken = on(management);
    // Another Vert.x: within one, servers of the same port share it.
    Vertx other = Vertx.vertx();

    Future<String> deployed =
        other.deployVerticle(new HttpVerticle("management", taken, () -> List.of()));

    assertThat(deployed.toCompletionStage().toCompletableFuture())
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("management.port");
    assertThat(other.close().toCompletionStage().toCompletableFuture())
        .succeedsWithin(10, TimeUnit.SECONDS);
  }

  private List<Routes> apiRoutes() {
    return List.of(
        new ProblemMeter(registry),
        router -> {
          router.route("/jobs/:id").handler(ctx -> ctx.end("ok"));
          router
              .route("/refused")
              .handler(
                  ctx ->
                      Problems.send(
                          ctx, new BacklotException(ErrorCode.JOB_NOT_FOUND, CANARY + " detail")));
        });
  }

  private void hammer(int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      api("M" + i, "/jobs/" + i);
      api("GET", "/nothing/" + i);
    }
  }

  /** Names and labels of everything the API and our own meters report. */
  private Set<String> series() throws Exception {
    return Pattern.compile("\n")
        .splitAsStream(scrape())
        .filter(line -> line.startsWith("vertx_http_server") || line.startsWith("backlot"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toSet());
  }

  private String scrape() throws Exception {
    HttpResponse<String> metrics = get("/metrics");
    assertThat(metrics.statusCode()).isEqualTo(200);
    return metrics.body();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(management, "GET", path);
  }

  private void api(String method, String path) throws Exception {
    send(api, method, path);
  }

  private HttpResponse<String> send(int port, String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private int deploy(HttpVerticle verticle) throws Exception {
    await(vertx.deployVerticle(verticle));
    return verticle.actualPort();
  }

  private static HttpConfig on(int port) {
    return new HttpConfig(
        "127.0.0.1", port, Duration.ofSeconds(30), Duration.ofSeconds(5), 1 << 16, 1 << 13);
  }

  private static void await(Future<?> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
