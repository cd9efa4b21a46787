package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.RawHttp;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose pages may open the stream: browsers ask nobody before they do. */
class StreamOriginsTest {
  private static final List<String> NODES =
      List.of("http://localhost:8080", "http://http.example:8082");

  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new StreamServer(
            new FakeEventLog(),
            StreamServer.config(),
            List.of(new PageRoutes(PageRoutes.Files.load(), NODES)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "http://status.example, status.example",
    // Behind a proxy that takes the encryption off.
    "https://status.example, status.example",
    "https://app.example, status.example",
    "https://app.example, 10.0.0.7:8080"
  })
  void our_own_pages_and_listed_ones_may(String origin, String host) throws Exception {
    WebSocketConnectOptions asked =
        options().addHeader("Origin", origin).addHeader("Host", host).setAllowOriginHeader(false);

    assertThat(server.sockets.connect(asked).await(20, TimeUnit.SECONDS).isClosed()).isFalse();
  }

  @Test
  void what_is_no_browser_says_no_origin_and_may() throws Exception {
    WebSocketConnectOptions asked = options().setAllowOriginHeader(false);

    assertThat(server.sockets.connect(asked).await(20, TimeUnit.SECONDS).isClosed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://app.example",
        "https://status.example:8443",
        "https://status.example.evil.example",
        "null",
        "nonsense"
      })
  void a_page_from_elsewhere_is_refused_before_any_upgrade(String origin) {
    String answer = upgrade("Origin: " + origin);

    assertThat(RawHttp.status(answer)).isEqualTo(403);
    assertThat(answer)
        .contains("application/problem+json", "origin-not-allowed")
        .doesNotContainIgnoringCase("sec-websocket-accept")
        .doesNotContain(origin);
    assertThat(server.hubs.sockets()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/eventbus/websocket", "/eventbus/000/abcdefgh/websocket"})
  void the_bridge_is_as_closed_to_them(String path) {
    assertThat(RawHttp.status(upgradeAt(path, "Origin: https://evil.example"))).isEqualTo(403);
  }

  @Test
  void whoever_names_two_origins_is_refused() {
    assertThat(
            RawHttp.status(upgrade("Origin: https://app.example", "Origin: http://evil.example")))
        .isEqualTo(403);
  }

  @Test
  void what_a_proxy_might_say_makes_no_page_our_own() {
    assertThat(
            RawHttp.status(
                upgrade(
                    "Origin: https://evil.example",
                    "X-Forwarded-Host: evil.example",
                    "X-Forwarded-Proto: https",
                    "Forwarded: host=evil.example;proto=https")))
        .isEqualTo(403);
  }

  @Test
  void a_listed_page_may_ask_for_tokens_and_another_may_not() {
    assertThat(preflight(StreamServer.PAGE))
        .containsIgnoringCase("access-control-allow-origin: " + StreamServer.PAGE);
    assertThat(preflight("https://evil.example"))
        .doesNotContainIgnoringCase("access-control-allow");
  }

  @Test
  void the_page_may_reach_the_sockets_of_every_node() {
    assertThat(RawHttp.send(server.http.port(), "GET / HTTP/1.1", "Host: localhost"))
        .contains("connect-src 'self' http://localhost:8080 http://http.example:8082")
        .contains("ws://localhost:8080 ws://http.example:8082");
  }

  private WebSocketConnectOptions options() {
    return new WebSocketConnectOptions()
        .setHost("127.0.0.1")
        .setPort(server.http.port())
        .setURI("/api/v1/stream");
  }

  private String upgrade(String... headers) {
    return upgradeAt("/api/v1/stream", headers);
  }

  private String upgradeAt(String path, String... headers) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "GET " + path + " HTTP/1.1",
                "Host: status.example",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="));
    lines.addAll(Stream.of(headers).toList());
    return RawHttp.send(server.http.port(), lines.toArray(String[]::new));
  }

  private String preflight(String origin) {
    return RawHttp.send(
        server.http.port(),
        "OPTIONS /api/v1/stream/tokens HTTP/1.1",
        "Host: localhost",
        "Origin: " + origin,
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: authorization,content-type");
  }
}
