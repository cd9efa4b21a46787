package dev.backlot.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.domain.schedule.Places;
import dev.backlot.domain.schedule.WaitReason;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import dev.backlot.port.UsableAccounts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForecastRoutesTest {
  private static final String OTHERS = "blk_othersothers_key";
  private static final JobId JOB = new JobId(new UUID(7, 7));
  private static final Instant NOW = Places.START.plus(Duration.ofSeconds(10));

  private final Vertx vertx = Vertx.vertx();
  private final FakeKeys keys =
      new FakeKeys().add(OTHERS, new TenantId(new UUID(9, 9)), Set.of(Scope.READ));
  private final FakeQueues queues = new FakeQueues(FakeKeys.TENANT, JOB);
  private final WithoutPacks usable = new WithoutPacks();
  private TestServer server;

  /** Accounts that may be used for all that their packs pay for, but for one that a test names. */
  private static final class WithoutPacks extends UsableAccounts {
    private String usedUp = "";

    private WithoutPacks() {
      super(account -> true);
    }

    @Override
    public int createsAllowed(String account, String pack) {
      return pack.equals(usedUp) ? 0 : createsAllowed(account);
    }
  }

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new ForecastRoutes(
                        new Authentication(keys, () -> NOW),
                        checks,
                        queues,
                        (job, account) -> true,
                        new RenderTimes(),
                        usable,
                        () -> NOW)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_queued_job_tells_its_reason_its_place_and_its_times() {
    queues.put(Places.free().with(Places.account(5, 5, 5)).behind(2, 3));

    JsonObject answer = forecast().bodyAsJsonObject();

    assertThat(answer.getJsonObject("waiting").getString("reason")).isEqualTo("slots_busy");
    assertThat(answer.getJsonObject("waiting").getJsonObject("numbers").getInteger("slots"))
        .isEqualTo(5);
    assertThat(answer.getInteger("position")).isEqualTo(2);
    assertThat(time(answer, "start", "p50")).isAfter(NOW);
    assertThat(time(answer, "end", "p50")).isAfter(time(answer, "start", "p50"));
    assertThat(time(answer, "end", "p90")).isAfter(time(answer, "end", "p50"));
    assertThat(answer.getBoolean("measured")).isFalse();
  }

  @Test
  void a_queued_job_of_a_paused_batch_names_it_and_is_not_said_to_start() {
    queues.put(Places.free().ofPausedBatch());

    JsonObject answer = forecast().bodyAsJsonObject();

    assertThat(answer.getJsonObject("waiting").getString("reason")).isEqualTo("batch_paused");
    assertThat(answer.getValue("position")).isNull();
    assertThat(answer.getValue("start")).isNull();
    assertThat(answer.getValue("end")).isNull();
  }

  @Test
  void a_running_job_waits_for_nothing_and_tells_its_end() {
    queues.put(Places.free().in(JobState.RUNNING));

    JsonObject answer = forecast().bodyAsJsonObject();

    assertThat(answer.getValue("waiting")).isNull();
    assertThat(answer.getValue("start")).isNull();
    assertThat(time(answer, "end", "p50")).isAfter(NOW);
  }

  @Test
  void a_job_whose_send_had_no_answer_says_so_and_promises_no_end() {
    queues.put(Places.free().sentWithoutAnswer());

    JsonObject answer = forecast().bodyAsJsonObject();

    assertThat(answer.getJsonObject("waiting").getString("reason")).isEqualTo("outcome_unknown");
    assertThat(answer.getValue("end")).isNull();
  }

  @Test
  void a_job_that_no_account_can_run_now_has_a_place_and_no_times() {
    queues.put(Places.free().with(Places.account(0, 0, 0)).behind(2, 3));

    JsonObject answer = forecast().bodyAsJsonObject();

    assertThat(answer.getInteger("position")).isEqualTo(2);
    assertThat(answer.getValue("start")).isNull();
    assertThat(answer.getValue("end")).isNull();
  }

  @Test
  void a_job_whose_pack_is_used_up_everywhere_waits_for_who_buys_one() {
    usable.usedUp = "video";
    queues.put(Places.free().behind(2, 3));

    JsonObject answer = forecast().bodyAsJsonObject();

    assertThat(answer.getJsonObject("waiting").getString("reason"))
        .isEqualTo("accounts_unavailable");
    assertThat(answer.getValue("start")).isNull();
  }

  @Test
  void a_job_whose_pack_is_not_the_one_that_is_used_up_is_told_its_turn() {
    usable.usedUp = "image";
    queues.put(Places.free().behind(2, 3));

    assertThat(forecast().bodyAsJsonObject().getJsonObject("waiting").getString("reason"))
        .isEqualTo("turn");
  }

  @Test
  void a_job_that_has_ended_has_no_future() {
    queues.put(Places.free().in(JobState.SUCCEEDED));

    JsonObject answer = forecast().bodyAsJsonObject();

    assertThat(answer.getValue("end")).isNull();
    assertThat(answer.getString("state")).isEqualTo("succeeded");
  }

  @Test
  void the_contract_names_every_reason() throws Exception {
    JsonObject contract = TestServer.contract(vertx).document();
    JsonObject waiting = property(schema(contract, "Forecast"), "waiting");

    assertThat(property(waiting, "reason").getJsonArray("enum"))
        .map(Object::toString)
        .containsExactlyElementsOf(
            Arrays.stream(WaitReason.values()).map(WaitReason::text).toList());
  }

  private static JsonObject schema(JsonObject contract, String name) {
    return contract.getJsonObject("components").getJsonObject("schemas").getJsonObject(name);
  }

  private static JsonObject property(JsonObject schema, String name) {
    return schema.getJsonObject("properties").getJsonObject(name);
  }

  @Test
  void another_tenants_job_looks_like_none() {
    queues.put(Places.free());

    assertThat(
            TestServer.await(
                    server
                        .client()
                        .request(HttpMethod.GET, "/api/v1/jobs/" + JOB + "/forecast")
                        .bearerTokenAuthentication(OTHERS))
                .statusCode())
        .isEqualTo(404);
    assertThat(server.get("/api/v1/jobs/" + new JobId(new UUID(1, 7)) + "/forecast").statusCode())
        .isEqualTo(404);
  }

  private HttpResponse<Buffer> forecast() {
    return server.get("/api/v1/jobs/" + JOB + "/forecast");
  }

  private static Instant time(JsonObject answer, String span, String part) {
    return Instant.parse(answer.getJsonObject(span).getString(part));
  }
}
