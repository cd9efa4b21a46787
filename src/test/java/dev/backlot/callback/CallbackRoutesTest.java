package dev.backlot.callback;

import static dev.backlot.callback.CallbackServer.ENDED;
import static dev.backlot.callback.CallbackServer.OPEN;
import static dev.backlot.callback.CallbackServer.OPTIONAL;
import static dev.backlot.callback.CallbackServer.REQUIRED;
import static dev.backlot.callback.CallbackServer.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backlot.domain.job.CallbackResult;
import dev.backlot.http.RawHttp;
import dev.backlot.http.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class CallbackRoutesTest {
  private static final String AT_WORK = "{\"task_id\":\"1\",\"task_status\":\"processing\"}";

  private final Vertx vertx = Vertx.vertx();
  private CallbackServer server;

  @BeforeEach
  void start() throws Exception {
    server = CallbackServer.start(vertx);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void an_end_is_a_hint_and_answered_with_nothing() {
    HttpResponse<Buffer> answer = server.post(server.path(1, OPEN), ENDED);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isNull();
    assertThat(server.awaitHinted(1)).containsExactly(attempt(1));
    assertThat(server.results).containsExactly(CallbackResult.HINTED);
  }

  @Test
  void a_task_at_work_is_no_hint() {
    assertThat(server.post(server.path(1, OPEN), AT_WORK).statusCode()).isEqualTo(200);
    assertThat(server.messages).isEmpty();
    assertThat(server.results).containsExactly(CallbackResult.IGNORED);
  }

  @Test
  void callbacks_in_the_wrong_order_are_as_good_as_in_the_right_one() {
    server.post(server.path(1, OPEN), ENDED);
    server.post(server.path(1, OPEN), AT_WORK);

    assertThat(server.awaitHinted(1)).containsExactly(attempt(1));
  }

  @Test
  void what_a_callback_says_of_another_task_is_about_its_own() {
    server.post(
        server.path(1, OPEN),
        "{\"task_id\":\"2\",\"task_status\":\"failed\","
            + "\"task_info\":{\"external_task_id\":\"abcd1234-2\"}}");

    assertThat(server.awaitHinted(1)).containsExactly(attempt(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1]", "\u0000", "<xml/>", "status=succeed"})
  void garbage_under_a_genuine_address_is_a_hint(String body) {
    assertThat(server.post(server.path(1, OPEN), body).statusCode()).isEqualTo(200);
    assertThat(server.awaitHinted(1)).containsExactly(attempt(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "%00", "..%2F..", "AAAA", "%E4", "*"})
  void a_forged_address_is_not_there(String token) {
    HttpResponse<Buffer> answer = server.post(CallbackUrls.PATH + token, ENDED);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("not-found");
    assertThat(server.messages).isEmpty();
    assertThat(server.results).containsExactly(CallbackResult.BAD_TOKEN);
  }

  @Test
  void an_address_with_one_letter_changed_looks_like_any_other_that_is_not_there() {
    String genuine = server.path(1, OPEN);
    int middle = genuine.length() - 40;
    char other = genuine.charAt(middle) == 'A' ? 'B' : 'A';
    String forged = genuine.substring(0, middle) + other + genuine.substring(middle + 1);

    assertThat(problem(server.post(forged, ENDED)))
        .isEqualTo(problem(server.post(CallbackUrls.PATH + "nonsense", ENDED)));
    assertThat(server.messages).isEmpty();
  }

  @Test
  void a_body_under_a_forged_address_is_not_waited_for() {
    String answer =
        RawHttp.send(
            server.http.port(),
            "POST " + CallbackUrls.PATH + "forged HTTP/1.1",
            "Host: localhost",
            "Content-Length: 1000000");

    assertThat(RawHttp.status(answer)).isEqualTo(404);
  }

  @Test
  void the_body_may_be_as_long_as_the_limit_and_no_longer() {
    String longest = ENDED + " ".repeat(CallbackServer.BODY_LIMIT - ENDED.length());

    assertThat(server.post(server.path(1, OPEN), longest).statusCode()).isEqualTo(200);
    assertThat(server.post(server.path(2, OPEN), longest + " ").statusCode()).isEqualTo(413);
    assertThat(server.awaitHinted(1)).containsExactly(attempt(1));
    assertThat(server.results)
        .containsExactlyInAnyOrder(CallbackResult.HINTED, CallbackResult.TOO_LARGE);
  }

  @Test
  void a_body_of_unknown_length_ends_at_the_limit_too() {
    String chunk = " ".repeat(CallbackServer.BODY_LIMIT + 1);
    String answer =
        RawHttp.send(
            server.http.port(),
            "POST " + server.path(1, OPEN) + " HTTP/1.1",
            "Host: localhost",
            "Transfer-Encoding: chunked",
            "Connection: close",
            "",
            Integer.toHexString(chunk.length()),
            chunk,
            "0");

    assertThat(RawHttp.status(answer)).isEqualTo(413);
    assertThat(server.messages).isEmpty();
    assertThat(server.results).containsExactly(CallbackResult.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "PATCH"})
  void another_method_is_refused(String method) {
    HttpResponse<Buffer> answer =
        TestServer.await(
            server.http.client().request(HttpMethod.valueOf(method), server.path(1, OPEN)));

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.getHeader("Allow")).isEqualTo("POST");
    assertThat(server.messages).isEmpty();
  }

  @Test
  void a_genuine_signature_counts() {
    assertThat(server.post(server.path(1, REQUIRED), ENDED, signed(ENDED)).statusCode())
        .isEqualTo(200);
    assertThat(server.awaitHinted(1)).containsExactly(attempt(1));
  }

  @Test
  void a_signature_of_another_body_is_refused() {
    HttpResponse<Buffer> answer = server.post(server.path(1, OPTIONAL), ENDED, signed(AT_WORK));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(server.messages).isEmpty();
    assertThat(server.results).containsExactly(CallbackResult.BAD_SIGNATURE);
  }

  @Test
  void an_old_callback_that_is_sent_again_is_refused() {
    String[] headers = signed(ENDED);
    server.now = server.now.plus(Duration.ofMinutes(6));

    assertThat(server.post(server.path(1, REQUIRED), ENDED, headers).statusCode()).isEqualTo(401);
    assertThat(server.messages).isEmpty();
  }

  @Test
  void an_unsigned_callback_counts_where_signatures_are_optional() {
    assertThat(server.post(server.path(1, OPTIONAL), ENDED).statusCode()).isEqualTo(200);
    assertThat(server.post(server.path(2, REQUIRED), ENDED).statusCode()).isEqualTo(401);
    assertThat(server.awaitHinted(1)).containsExactly(attempt(1));
  }

  @Test
  void the_address_is_never_logged() {
    Logger ours = (Logger) LoggerFactory.getLogger("dev.backlot");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    ours.setLevel(Level.DEBUG);
    ours.addAppender(log);
    String path = server.path(1, OPEN);
    String token = path.substring(CallbackUrls.PATH.length());
    try {
      server.post(path, ENDED);
      server.post(path.replace("callbacks", "%63allbacks"), ENDED);
      server.post(path + "/more", ENDED);
      server.post(path, "x".repeat(CallbackServer.BODY_LIMIT + 1));
    } finally {
      ours.detachAppender(log);
      ours.setLevel(null);
    }
    List<String> lines =
        List.copyOf(log.list).stream()
            .map(line -> line.getFormattedMessage() + " " + line.getKeyValuePairs())
            .toList();

    assertThat(lines)
        .anyMatch(line -> line.contains("request answered") && line.contains("/callbacks/kling/*"))
        .noneMatch(line -> line.contains(token));
  }

  private static String problem(HttpResponse<Buffer> answer) {
    JsonObject problem = answer.bodyAsJsonObject();
    problem.remove("instance");
    problem.remove("request_id");
    return answer.statusCode() + problem.encode();
  }

  private String[] signed(String body) {
    try {
      String timestamp = String.valueOf(server.now.getEpochSecond());
      byte[] key =
          Base64.getDecoder().decode(CallbackServer.SECRET.value().substring("whsec_".length()));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] content = ("m-1." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
      String signature = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content));
      return new String[] {
        "webhook-id", "m-1", "webhook-timestamp", timestamp, "webhook-signature", signature
      };
    } catch (java.security.GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
  }
}
