package dev.backlot.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.StoreFixture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CreditRoutesTest {
  private static final String STUDIO = "blk_studiostudio_key";
  private static final String SUBMIT_ONLY = "blk_submitsubmit_key";

  private final StoreFixture store = new StoreFixture();
  private final PgCreditLedger ledger =
      new PgCreditLedger(store.vertx, store.database.pool(), new Random(1));
  private final FakeKeys keys =
      new FakeKeys()
          .add(STUDIO, store.tenant, Set.of(Scope.READ))
          .add(SUBMIT_ONLY, store.tenant, Set.of(Scope.SUBMIT));
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.start(
            store.vertx,
            checks ->
                List.of(
                    new CreditRoutes(
                        new Authentication(keys, () -> Instant.EPOCH), checks, ledger)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    store.close();
  }

  private HttpResponse<Buffer> credits(String key) {
    return TestServer.await(
        server.client().request(HttpMethod.GET, "/api/v1/credits").bearerTokenAuthentication(key));
  }

  @Test
  void each_asset_is_shown_in_decimal_strings() throws Exception {
    grant(store.tenant, Asset.IMAGE_UNIT, "0.000001");
    store.jobs(store.tenant, 3);

    assertThat(credits(STUDIO).bodyAsJsonObject())
        .isEqualTo(
            new JsonObject()
                .put(
                    "items",
                    new JsonArray()
                        .add(row("video_unit", "999985", "15", "0"))
                        .add(row("image_unit", "0.000001", "0", "0"))));
  }

  @Test
  void a_tenant_without_credit_has_no_rows() {
    assertThat(credits(TestServer.KEY).bodyAsJsonObject().getJsonArray("items")).isEmpty();
  }

  @Test
  void a_key_that_may_not_read_sees_no_credit() {
    assertThat(credits(SUBMIT_ONLY).statusCode()).isEqualTo(403);
  }

  @Test
  void without_a_key_there_is_no_credit_to_see() {
    assertThat(credits("blk_unknownunknow_key").statusCode()).isEqualTo(401);
  }

  private void grant(TenantId tenant, Asset asset, String units) throws Exception {
    StoreFixture.await(ledger.grant(tenant, asset, Credits.of(units), "test", StoreFixture.NOW));
  }

  private static JsonObject row(String asset, String balance, String reserved, String spent) {
    return new JsonObject()
        .put("asset", asset)
        .put("balance", balance)
        .put("reserved", reserved)
        .put("spent", spent);
  }
}
