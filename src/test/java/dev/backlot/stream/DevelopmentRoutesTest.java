package dev.backlot.stream;

import static dev.backlot.stream.StreamServer.DEMO_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.RawHttp;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentRoutesTest {
  private static final String JSON = "Content-Type: application/json";
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(new FakeEventLog(), StreamServer.config());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void the_page_gets_a_token_that_opens_the_stream() throws Exception {
    String answer = post("localhost", JSON);

    StreamClient client = server.connect();
    JsonObject ready = client.authenticate(body(answer).getString("token"));
    assertThat(ready.getString("expires_at"))
        .isEqualTo(server.clock.instant().plus(DevelopmentRoutes.TOKEN_LIFETIME).toString())
        .isEqualTo(body(answer).getString("expires_at"));
  }

  @Test
  void the_page_gets_the_demo_key_to_submit_with() {
    assertThat(body(post("localhost", JSON)).getString("api_key")).isEqualTo(DEMO_KEY.value());
  }

  @Test
  void nobody_may_keep_the_answer() {
    assertThat(post("localhost", JSON)).containsIgnoringCase("\r\ncache-control: no-store\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8080"})
  void a_local_name_is_served(String host) {
    assertThat(RawHttp.status(post(host, JSON))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "evil.example:8080",
        "127.0.0.1.nip.io",
        "127.0.0.2",
        "0.0.0.0",
        "10.0.0.7:8080",
        "[::2]:8080",
        "localhostx"
      })
  void another_name_is_refused_as_if_there_were_nothing(String host) {
    assertNothingHere(post(host, JSON));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "X-Forwarded-For: 127.0.0.1",
        "x-forwarded-host: localhost",
        "Forwarded: for=127.0.0.1"
      })
  void what_did_not_come_from_our_own_page_is_refused(String header) {
    assertNothingHere(post("localhost", JSON, header));
  }

  @Test
  void our_own_page_is_served() {
    assertThat(
            RawHttp.status(
                post(
                    "localhost:8080",
                    JSON,
                    "Origin: http://localhost:8080",
                    "Sec-Fetch-Site: same-origin")))
        .isEqualTo(200);
  }

  /** A page elsewhere can make a browser send these without asking. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: application/jsonp",
        "Accept: application/json"
      })
  void another_content_type_is_refused(String header) {
    assertThat(RawHttp.status(post("localhost", header))).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
  void another_method_is_refused(String method) {
    String answer = RawHttp.send(server.http.port(), line(method), "Host: localhost", JSON);

    assertThat(RawHttp.status(answer)).isEqualTo(405);
    assertThat(answer).doesNotContain(DEMO_KEY.value());
  }

  @Test
  void a_browser_that_asks_for_another_origin_gets_no_permission() {
    String answer =
        RawHttp.send(
            server.http.port(),
            line("OPTIONS"),
            "Host: localhost",
            "Origin: http://evil.example",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type");

    assertThat(answer).doesNotContainIgnoringCase("access-control-allow");
  }

  private String post(String host, String... headers) {
    List<String> lines = new ArrayList<>(List.of(line("POST"), "Host: " + host));
    lines.addAll(List.of(headers));
    return RawHttp.send(server.http.port(), lines.toArray(String[]::new));
  }

  private static String line(String method) {
    return method + " /dev/session HTTP/1.1";
  }

  private static void assertNothingHere(String answer) {
    assertThat(RawHttp.status(answer)).isEqualTo(404);
    assertThat(answer).doesNotContain("bst_", DEMO_KEY.value());
  }

  private static JsonObject body(String answer) {
    return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n")));
  }
}
