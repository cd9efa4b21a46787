package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuoteRoutesTest {
  private static final String SUBMIT_ONLY = "blk_submitsubmit_key";

  private final Vertx vertx = Vertx.vertx();
  private final FakeKeys keys =
      new FakeKeys().add(SUBMIT_ONLY, FakeKeys.TENANT, Set.of(Scope.SUBMIT));
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    start(Reach.everywhere());
  }

  private void start(Reach reach) throws Exception {
    server =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new QuoteRoutes(
                        new Authentication(keys, () -> Instant.EPOCH),
                        checks,
                        new Quotes(new CurrentCatalog(CatalogFiles.load()), reach))));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private HttpResponse<Buffer> quote(String body) {
    return server.post("/api/v1/quotes", Buffer.buffer(body.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind':'text2video','input':{'prompt':'p','mode':'pro'}}                | kling-v2-6 | 1 | video_unit | 2.5",
        "{'kind':'images','input':{'prompt':'p','n':3}}                           | kling-v2-1 | 3 | image_unit | 12",
        "{'kind':'text-to-video','model':'kling-3.0','input':{'prompt':'p'}}      | kling-3.0  | 1 | video_unit | 3",
      })
  void a_price_is_told_with_its_version(
      String body, String model, int slots, String asset, String cost) {
    JsonObject answer = quote(body).bodyAsJsonObject();

    assertThat(answer.getBoolean("valid")).isTrue();
    assertThat(answer.getString("model")).isEqualTo(model);
    assertThat(answer.getInteger("slots")).isEqualTo(slots);
    assertThat(answer.getString("asset")).isEqualTo(asset);
    assertThat(answer.getString("cost")).isEqualTo(cost);
    assertThat(answer.getString("price_version")).isEqualTo("2026-11");
  }

  @Test
  void what_would_be_refused_is_told_as_the_submission_would() {
    HttpResponse<Buffer> answer =
        quote("{'kind':'text2video','input':{'prompt':'p','sound':'on'}}");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonObject problem = answer.bodyAsJsonObject().getJsonObject("problem");
    assertThat(answer.bodyAsJsonObject().getBoolean("valid")).isFalse();
    assertThat(problem.getInteger("status")).isEqualTo(422);
    assertThat(problem.getString("code")).isEqualTo("unsupported-combination");
    assertThat(problem.getString("field")).isEqualTo("/input/sound");
    assertThat(problem.getString("detail")).contains("kling-v3");
  }

  @Test
  void what_no_account_can_carry_is_told_too() throws Exception {
    server.close();
    start(new Reach(Set.of(Dialect.LEGACY)));
    String mail = "{'kind':'text-to-video','model':'kling-3.0','input':{'prompt':'%s'}}";

    assertThat(quote(mail.formatted("mail")).bodyAsJsonObject().getBoolean("valid")).isTrue();
    JsonObject problem =
        quote(mail.formatted("mail @image_1")).bodyAsJsonObject().getJsonObject("problem");

    assertThat(problem.getInteger("status")).isEqualTo(422);
    assertThat(problem.getString("detail"))
        .startsWith("No account of this installation can run this text-to-video job of kling-3.0")
        .contains("legacy only");
  }

  @Test
  void a_request_that_is_no_quote_is_a_problem() {
    assertThat(quote("{'kind':'text2video'}").statusCode()).isEqualTo(400);
    assertThat(quote("{'kind':'text2video','input':{},'priority':1}").statusCode()).isEqualTo(400);
  }

  @Test
  void a_key_that_may_not_read_gets_no_price() {
    assertThat(
            TestServer.await(
                    server
                        .client()
                        .request(HttpMethod.POST, "/api/v1/quotes")
                        .bearerTokenAuthentication(SUBMIT_ONLY))
                .statusCode())
        .isEqualTo(403);
  }
}
