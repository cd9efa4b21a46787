package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DocsRoutesTest {
  private static final Pattern INNER_LINK = Pattern.compile("href=\"#([^\"]+)\"");
  private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"#]+)\"");

  private final Vertx vertx = Vertx.vertx();
  private Contract contract;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    contract = TestServer.contract(vertx);
    server = TestServer.start(vertx, checks -> List.of(DocsRoutes.of(contract)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private static Stream<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult each) -> each.group(1));
  }

  @Test
  void the_contract_is_served_as_it_was_written_and_as_json() {
    assertThat(server.get("/api/v1/openapi.yaml").body()).isEqualTo(contract.yaml());
    assertThat(server.get("/api/v1/openapi.json").bodyAsJsonObject().getString("openapi"))
        .isEqualTo("3.1.0");
  }

  @Test
  void what_is_said_on_the_stream_is_served_as_asyncapi() {
    assertThat(server.get("/api/v1/asyncapi.yaml").bodyAsString())
        .startsWith("asyncapi: 3.0.0")
        .contains("address: /api/v1/stream");
  }

  @Test
  void the_page_names_every_call_and_its_links_lead_somewhere() {
    String page = server.get("/docs").bodyAsString();

    JsonObject paths = contract.document().getJsonObject("paths");
    assertThat(paths.fieldNames()).allSatisfy(path -> assertThat(page).contains(path));
    assertThat(found(INNER_LINK, page).distinct())
        .isNotEmpty()
        .allSatisfy(id -> assertThat(page).contains("id=\"" + id + "\""));
  }

  @Test
  void the_page_needs_nothing_from_another_host_and_runs_nothing() {
    HttpResponse<Buffer> page = server.get("/docs");

    assertThat(found(ADDRESS, page.bodyAsString())).isNotEmpty().allMatch(at -> at.startsWith("/"));
    assertThat(page.bodyAsString()).doesNotContain("<script").doesNotContain("style=");
    assertThat(page.getHeader("Content-Security-Policy"))
        .isEqualTo("default-src 'none'; style-src 'self'; frame-ancestors 'none'");
    assertThat(server.get("/docs/style.css").bodyAsString()).contains("prefers-color-scheme: dark");
  }

  @Test
  void the_type_of_a_problem_leads_to_its_explanation() {
    HttpResponse<Buffer> known =
        TestServer.await(
            server.request(HttpMethod.GET, "/problems/credit-exhausted").followRedirects(false));

    assertThat(known.statusCode()).isEqualTo(302);
    assertThat(known.getHeader("Location")).isEqualTo("/docs#problem-credit-exhausted");
    assertThat(server.get("/problems/nonsense").statusCode()).isEqualTo(404);
  }
}
