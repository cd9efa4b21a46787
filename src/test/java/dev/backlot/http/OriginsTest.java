package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser is told when a page of another origin asks us. */
class OriginsTest {
  private static final String PAGE = "https://app.example";
  private static final String OTHER_PAGE = "http://localhost:8082";

  private final Vertx vertx = Vertx.vertx();
  private final List<TestServer> servers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    servers.forEach(TestServer::close);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {PAGE, OTHER_PAGE})
  void a_listed_page_may_send_a_key_and_a_body(String origin) throws Exception {
    String answer = ask(start(PAGE, OTHER_PAGE), "OPTIONS", origin);

    assertThat(RawHttp.status(answer)).isEqualTo(204);
    assertThat(answer)
        .containsIgnoringCase("access-control-allow-origin: " + origin + "\r\n")
        .containsIgnoringCase("authorization")
        .containsIgnoringCase("content-type")
        .containsIgnoringCase("idempotency-key")
        .containsIgnoringCase("last-event-id")
        .contains("DELETE")
        .doesNotContainIgnoringCase("access-control-allow-credentials");
  }

  @Test
  void a_listed_page_reads_answers_and_problems() throws Exception {
    int port = start(PAGE);

    assertThat(ask(port, "GET", PAGE))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("access-control-allow-origin: " + PAGE + "\r\n")
        .containsIgnoringCase("access-control-expose-headers")
        .containsIgnoringCase("vary: origin");
    assertThat(ask(port, "PUT", PAGE))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("access-control-allow-origin: " + PAGE + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "https://app.exampl",
        "https://APP.example",
        "null",
        "*"
      })
  void no_other_page_hears_of_it(String origin) throws Exception {
    int port = start(PAGE);

    assertThat(ask(port, "OPTIONS", origin)).doesNotContainIgnoringCase("access-control-allow");
    assertThat(ask(port, "GET", origin))
        .doesNotContainIgnoringCase("access-control-allow")
        .containsIgnoringCase("vary: origin");
  }

  @Test
  void a_cache_keeps_what_no_page_asked_for_from_pages() throws Exception {
    assertThat(ask(start(PAGE), "GET", null)).containsIgnoringCase("vary: origin");
  }

  @Test
  void without_a_list_nothing_is_said() throws Exception {
    assertThat(ask(start(), "GET", PAGE))
        .startsWith("HTTP/1.1 200")
        .doesNotContainIgnoringCase("access-control")
        .doesNotContainIgnoringCase("vary");
  }

  @Test
  void a_list_of_all_has_every_page_but_one_without_an_origin() throws Exception {
    int port = start(Origins.ANY);

    assertThat(RawHttp.status(ask(port, "OPTIONS", "https://any.example"))).isEqualTo(204);
    assertThat(ask(port, "GET", "https://any.example"))
        .containsIgnoringCase("access-control-allow-origin: ");
    assertThat(ask(port, "GET", "null")).doesNotContainIgnoringCase("access-control-allow");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080, localhost:8080",
    "http://LOCALHOST:8080, localhost:8080",
    "http://status.example, status.example",
    "http://status.example, status.example:80",
    "https://status.example, status.example:443",
    // A proxy took the encryption off and left the name.
    "https://status.example, status.example",
    "https://status.example:8443, status.example:8443",
    "http://[::1]:8080, [::1]:8080"
  })
  void a_page_that_came_from_where_we_are_called_is_our_own(String origin, String host) {
    assertThat(Origins.isOwn(origin, HostAndPort.parseAuthority(host, -1))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8081, localhost:8080",
    "http://status.example, status.example:8080",
    "https://status.example, status.example:80",
    "https://evil.example, status.example",
    "https://status.example.evil.example, status.example",
    "https://status.example@evil.example, status.example",
    "https://evil.example/status.example, status.example",
    "https://status.example:x, status.example",
    "file://status.example, status.example",
    "status.example, status.example",
    "null, null",
    "'', status.example"
  })
  void any_other_page_is_not(String origin, String host) {
    assertThat(Origins.isOwn(origin, HostAndPort.parseAuthority(host, -1))).isFalse();
  }

  private int start(String... listed) throws Exception {
    Origins origins = new Origins(List.of(listed));
    Routes call = router -> router.get("/call").handler(ctx -> ctx.end("called"));
    TestServer server = TestServer.start(vertx, checks -> List.of(origins, call));
    servers.add(server);
    return server.port();
  }

  private static String ask(int port, String method, @Nullable String origin) {
    List<String> lines = new ArrayList<>(List.of(method + " /call HTTP/1.1", "Host: localhost"));
    if (origin != null) {
      lines.add("Origin: " + origin);
      lines.add("Access-Control-Request-Method: GET");
      lines.add("Access-Control-Request-Headers: authorization,content-type");
    }
    return RawHttp.send(port, lines.toArray(String[]::new));
  }
}
