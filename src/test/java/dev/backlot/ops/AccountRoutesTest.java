package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import dev.backlot.config.ProviderConfig.Breaker;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import dev.backlot.port.Dispatches.SlotUse;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.port.VideoProvider.Create;
import dev.backlot.provider.GuardedProvider;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountRoutesTest {
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  private static final String ACCOUNT = "simulator";
  private static final String TENANTS = "blk_tenanttenant_key";

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final FakeProvider provider = new FakeProvider();
  private final GuardedProvider guarded =
      new GuardedProvider(
          vertx,
          bus,
          () -> NOW,
          provider,
          List.of(ACCOUNT),
          new Breaker(5, Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofMinutes(1)));

  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    AppConfig config =
        AppConfig.load(
            new ConfigSource(
                Optional.of(Path.of("conf/backlot.yaml")),
                List.of(
                    "data-directory=" + directory,
                    "provider.accounts[0].weight=3",
                    "provider.accounts[0].price-factor=0.85"),
                Map.of()));
    FakeKeys keys = new FakeKeys().add(TENANTS, FakeKeys.TENANT, Scope.ofTenants());
    FakeSlots slots =
        new FakeSlots(
            List.of(
                new SlotUse(ACCOUNT, "kling-v2-6/video", 2, 3, 5, NOW),
                new SlotUse("gone", "kling-v2-6/video", 1, 5, 5, null)));
    server =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new AccountRoutes(
                        new Authentication(keys, () -> Instant.EPOCH),
                        checks,
                        config.provider().accounts(),
                        guarded,
                        slots,
                        bus)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void an_operator_sees_what_an_account_is_doing_and_nothing_secret() {
    HttpResponse<Buffer> answer = server.get("/api/v1/accounts");

    assertThat(answer.bodyAsJsonObject().getJsonArray("items"))
        .isEqualTo(
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("id", ACCOUNT)
                        .put("pool", "default")
                        .put("state", "ok")
                        .put("parked", null)
                        .put("parked_packs", new JsonArray())
                        .put(
                            "breakers",
                            new JsonObject().put("create", "closed").put("query", "closed"))
                        .put("weight", 3)
                        .put("price_factor", "0.85")
                        .put(
                            "slots",
                            new JsonArray()
                                .add(
                                    new JsonObject()
                                        .put("slot_class", "kling-v2-6/video")
                                        .put("in_flight", 2)
                                        .put("ceiling", 3)
                                        .put("limit", 5)
                                        .put("learnt_at", NOW.toString())))));
  }

  @Test
  void a_parked_account_says_why_since_when_and_until_when() throws Exception {
    refuse(1101);

    JsonObject account =
        server.get("/api/v1/accounts").bodyAsJsonObject().getJsonArray("items").getJsonObject(0);

    assertThat(account.getString("state")).isEqualTo("parked");
    assertThat(account.getJsonObject("parked"))
        .isEqualTo(
            new JsonObject()
                .put("code", 1101)
                .put("since", NOW.toString())
                .put("until", NOW.plusSeconds(60).toString()));
  }

  @Test
  void a_pack_that_is_used_up_is_told_beside_the_account_which_goes_on() throws Exception {
    refuse(1102);

    JsonObject account =
        server.get("/api/v1/accounts").bodyAsJsonObject().getJsonArray("items").getJsonObject(0);

    assertThat(account.getString("state")).isEqualTo("pack_parked");
    assertThat(account.getJsonObject("parked")).isNull();
    assertThat(account.getJsonArray("parked_packs"))
        .containsExactly(
            new JsonObject()
                .put("pack", "video")
                .put("code", 1102)
                .put("since", NOW.toString())
                .put("until", NOW.plusSeconds(60).toString()));
  }

  @Test
  void an_unparked_account_is_used_again_at_once_and_every_node_is_told() throws Exception {
    CompletableFuture<String> told = new CompletableFuture<>();
    bus.subscribe(Addresses.ACCOUNT_UNPARKED, mended -> told.complete(mended.account()))
        .await(20, TimeUnit.SECONDS);
    refuse(1101);
    refuse(1102);

    HttpResponse<Buffer> answer =
        server.post("/api/v1/accounts/" + ACCOUNT + "/unpark", Buffer.buffer());

    assertThat(answer.bodyAsJsonObject().getString("state")).isEqualTo("ok");
    assertThat(guarded.createsAllowed(ACCOUNT, "video")).isEqualTo(Integer.MAX_VALUE);
    assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(ACCOUNT);
  }

  @Test
  void an_account_that_is_not_configured_is_not_found() {
    assertThat(server.post("/api/v1/accounts/gone/unpark", Buffer.buffer()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void the_key_of_a_tenant_sees_no_accounts() {
    HttpResponse<Buffer> list = asTenant(HttpMethod.GET, "/api/v1/accounts");
    HttpResponse<Buffer> unpark =
        asTenant(HttpMethod.POST, "/api/v1/accounts/" + ACCOUNT + "/unpark");

    assertThat(list.statusCode()).isEqualTo(403);
    assertThat(unpark.statusCode()).isEqualTo(403);
  }

  private HttpResponse<Buffer> asTenant(HttpMethod method, String path) {
    return TestServer.await(
        server.client().request(method, path).bearerTokenAuthentication(TENANTS));
  }

  private void refuse(int number) throws Exception {
    provider.next(new Fate.Refuse(ErrorCode.PROVIDER_CREDIT, number));
    Create create =
        new Create(ACCOUNT, "legacy", "/v1/videos/text2video", "id-1", "{}", false, "video");
    vertx
        .timer(1)
        .compose(onLoop -> guarded.create(create, () -> true, late -> {}))
        .await(20, TimeUnit.SECONDS);
  }
}
