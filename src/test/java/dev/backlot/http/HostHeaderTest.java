package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            VERTX, checks -> List.of(router -> router.get("/").handler(ctx -> ctx.end("served"))));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    VERTX.close().await(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8080@example.com",
        "user@example.com",
        "example.com%3F",
        "example.com%",
        "ex%41mple.com",
        "example.com:80:80",
        "example.com:",
        "example.com:x",
        "example.com:99999",
        "example.com:-1",
        "example.com/path",
        "example.com?q",
        "example.com#f",
        "exa mple.com",
        "a,b",
        "[::1",
        "::1",
        "[zz]",
        "[]",
        ":80",
        "b\u00fccher.example",
        "\u00ff",
        "\"",
        "<script>",
        ""
      })
  void a_malformed_host_is_a_bad_request(String host) {
    String answer = RawHttp.send(server.port(), "GET / HTTP/1.1", "Host: " + host);

    assertThat(RawHttp.status(answer)).as(answer).isEqualTo(400);
    JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n")));
    assertThat(problem.getString("code")).isEqualTo("invalid-request");
    assertThat(problem.getString("instance")).isEqualTo("urn:uuid:" + requestId(answer));
    assertThat(answer).containsIgnoringCase("\r\ncontent-type: application/problem+json\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "127.0.0.1:65535",
        "[::1]",
        "[2001:db8::1]:443",
        "api.example.com",
        "my_service.ns.svc.cluster.local:80",
        "xn--bcher-kva.example"
      })
  void a_host_with_or_without_a_port_is_served(String host) {
    String answer = RawHttp.send(server.port(), "GET / HTTP/1.1", "Host: " + host);

    assertThat(answer).startsWith("HTTP/1.1 200").endsWith("served");
  }

  @Test
  void two_hosts_are_a_bad_request() {
    assertThat(
            RawHttp.status(
                RawHttp.send(
                    server.port(), "GET / HTTP/1.1", "Host: a.example", "Host: b.example")))
        .isEqualTo(400);
  }

  @Test
  void no_host_is_a_bad_request() {
    assertThat(RawHttp.status(RawHttp.send(server.port(), "GET / HTTP/1.1"))).isEqualTo(400);
  }

  @Test
  void a_malformed_host_is_refused_whatever_the_path_is_and_does() {
    String answer =
        RawHttp.send(
            server.port(),
            "GET /nothing HTTP/1.1",
            "Host: a@b",
            "Upgrade: websocket",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    assertThat(RawHttp.status(answer)).isEqualTo(400);
  }

  private static String requestId(String answer) {
    return answer
        .lines()
        .filter(line -> line.regionMatches(true, 0, "x-request-id: ", 0, 14))
        .map(line -> line.substring(14))
        .findFirst()
        .orElseThrow();
  }
}
