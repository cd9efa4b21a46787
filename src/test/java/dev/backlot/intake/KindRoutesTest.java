package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KindRoutesTest {
  private static final String SUBMIT_ONLY = "blk_submitsubmit_key";

  private final Vertx vertx = Vertx.vertx();
  private final FakeKeys keys =
      new FakeKeys().add(SUBMIT_ONLY, FakeKeys.TENANT, Set.of(Scope.SUBMIT));
  private final CurrentCatalog catalog = new CurrentCatalog(CatalogFiles.load());
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new KindRoutes(
                        new Authentication(keys, () -> Instant.EPOCH), checks, catalog)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private JsonObject kinds() {
    return server.get("/api/v1/kinds").bodyAsJsonObject();
  }

  private static JsonObject named(JsonObject in, String list, String name, String value) {
    return in.getJsonArray(list).stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString(name).equals(value))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void every_kind_is_listed_with_what_its_models_can_do() {
    JsonObject kind = named(kinds(), "items", "kind", "text2video");

    assertThat(kinds().getJsonArray("items")).hasSize(catalog.get().kinds().size());
    assertThat(kind.getString("model_field")).isEqualTo("/input/model_name");
    assertThat(kind.getString("mode_field")).isEqualTo("/input/mode");
    assertThat(kind.getString("default_model")).isEqualTo("kling-v2-6");
    JsonObject model = named(kind, "models", "model", "kling-v2-6");
    assertThat(model.getJsonArray("durations")).containsExactly(5, 10);
    assertThat(model.getJsonObject("features").getJsonObject("sound").getJsonArray("modes"))
        .containsExactly("pro");
  }

  @Test
  void a_kind_tells_which_models_stand_in_for_which() {
    JsonObject kind = named(kinds(), "items", "kind", "text2video");

    assertThat(kind.getJsonArray("fallbacks").getJsonObject(0).encode())
        .isEqualTo("{\"model\":\"kling-v1\",\"mode\":\"pro\",\"to\":[\"kling-v2-5-turbo\"]}");
  }

  @Test
  void a_kind_whose_input_does_not_name_the_model_says_where_it_goes() {
    JsonObject kind = named(kinds(), "items", "kind", "text-to-video");

    assertThat(kind.getString("model_field")).isEqualTo("/model");
    assertThat(kind.getString("mode_field")).isEqualTo("/input/settings/resolution");
    assertThat(kind.containsKey("outputs_field")).isFalse();
  }

  @Test
  void a_catalog_that_was_replaced_is_the_one_that_is_listed() {
    assertThat(kinds().getString("price_version")).isEqualTo("2026-11");
    CatalogText text = CatalogText.builtIn();
    String prices = text.prices().replaceFirst("version: \"[^\"]+\"", "version: \"next\"");

    catalog.replace(CatalogFiles.read(new CatalogText(text.capabilities(), prices)));

    assertThat(kinds().getString("price_version")).isEqualTo("next");
  }

  @Test
  void a_key_that_may_only_submit_does_not_read_it() {
    assertThat(
            TestServer.await(
                    server
                        .client()
                        .request(HttpMethod.GET, "/api/v1/kinds")
                        .bearerTokenAuthentication(SUBMIT_ONLY))
                .statusCode())
        .isEqualTo(403);
  }
}
