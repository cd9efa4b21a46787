package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.RawHttp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser is told when the page of one node asks another. */
class PageOriginsTest {
  private static final String OTHER_NODE = "http://http.example:8082";
  private static final List<String> NODES = List.of("http://localhost:8080", OTHER_NODE);

  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new StreamServer(
            new FakeEventLog(),
            StreamServer.config(),
            List.of(new PageOrigins(NODES), new PageRoutes(PageRoutes.Files.load(), NODES)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void the_page_of_a_named_node_may_send_a_key_and_a_body() {
    String answer = ask("OPTIONS /api/v1/stream/tokens", OTHER_NODE);

    assertThat(RawHttp.status(answer)).isEqualTo(204);
    assertThat(answer)
        .containsIgnoringCase("access-control-allow-origin: " + OTHER_NODE)
        .containsIgnoringCase("authorization")
        .doesNotContainIgnoringCase("access-control-allow-credentials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "http://http.example:808", "null"})
  void no_other_page_hears_of_it(String origin) {
    assertThat(ask("OPTIONS /api/v1/stream/tokens", origin))
        .doesNotContainIgnoringCase("access-control-allow");
    assertThat(ask("GET /", origin)).doesNotContainIgnoringCase("access-control-allow");
  }

  @Test
  void the_page_may_reach_the_sockets_of_every_node() {
    assertThat(ask("GET /", OTHER_NODE))
        .contains("connect-src 'self' http://localhost:8080 http://http.example:8082")
        .contains("ws://localhost:8080 ws://http.example:8082");
  }

  private String ask(String line, String origin) {
    return RawHttp.send(
        server.http.port(),
        line + " HTTP/1.1",
        "Host: localhost",
        "Origin: " + origin,
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: authorization,content-type");
  }
}
