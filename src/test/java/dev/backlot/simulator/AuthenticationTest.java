package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.START;
import static dev.backlot.simulator.RunningSimulator.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
  private static final String SECRET = RunningSimulator.config().account().secretKey().value();
  private static final String NO_TOKENS =
      "Authentication error. The current API does not support AK/SK; please go to the console"
          + " (https://kling.ai/dev/api-key) to create API key.";
  private static final long NOW = START.getEpochSecond();

  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void an_api_key_is_let_in() {
    assertThat(simulator.get(TEXT).code()).isZero();
  }

  @Test
  void a_token_is_let_in() {
    assertThat(ask(token(claims(), SECRET)).code()).isZero();
  }

  @Test
  void no_authorization_is_1001() {
    assertRefused(simulator.send(simulator.anonymous(TEXT)), 1001, "Authorization is empty");
  }

  @Test
  void another_scheme_is_1002() {
    Answer answer =
        simulator.send(simulator.anonymous(TEXT).header("Authorization", "Basic c2ltOnNpbQ=="));

    assertRefused(answer, 1002, "Authorization is invalid");
  }

  @Test
  void a_nonsense_key_is_1002_in_the_words_of_the_token_library() {
    assertRefused(ask("nonsense"), 1002, "The token was expected to have 3 parts, but got 0");
  }

  @Test
  void a_half_token_is_1002() {
    assertRefused(ask("a.b"), 1002, "The token was expected to have 3 parts, but got 2");
  }

  @Test
  void another_access_key_is_1002() {
    assertRefused(
        ask(token(claims().put("iss", "somebody"), SECRET)), 1002, "Authorization is invalid");
  }

  @Test
  void a_token_without_an_end_is_1002() {
    JsonObject claims = claims();
    claims.remove("exp");

    assertRefused(ask(token(claims, SECRET)), 1002, "Authorization is invalid");
  }

  @Test
  void another_secret_key_is_1000() {
    assertRefused(ask(token(claims(), "another")), 1000, "Authentication failed");
  }

  @Test
  void a_token_not_yet_valid_is_1003() {
    assertRefused(
        ask(token(claims().put("nbf", NOW + 1), SECRET)), 1003, "Authorization is not yet valid");
  }

  @Test
  void an_expired_token_is_1004() {
    assertRefused(ask(token(claims().put("exp", NOW), SECRET)), 1004, "Authorization has expired");
  }

  @Test
  void a_token_does_not_expire_by_the_clock_that_tests_advance() {
    simulator.advance(Duration.ofDays(31));

    assertThat(ask(token(claims(), SECRET)).code()).isZero();
  }

  @Test
  void a_token_is_refused_where_only_api_keys_are_taken() {
    Answer answer =
        simulator.send(
            simulator
                .anonymous("/tasks?task_ids=867300000000000001")
                .header("Authorization", "Bearer " + token(claims(), SECRET)));

    assertRefused(answer, 1002, NO_TOKENS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/text-to-video/kling-3.0",
        "/image-to-video/kling-3.0",
        "/omni-video/kling-3.0-omni",
        "/tasks"
      })
  void a_token_is_refused_on_the_new_paths(String path) {
    Answer answer =
        simulator.send(
            simulator
                .anonymous(path)
                .header("Authorization", "Bearer " + token(claims(), SECRET))
                .POST(BodyPublishers.ofString("{\"prompt\":\"a paper boat\"}")));

    assertRefused(answer, 1002, NO_TOKENS);
    assertThat(simulator.books().accepted()).isZero();
  }

  @Test
  void a_create_without_authorization_makes_no_task() {
    simulator.send(
        simulator
            .anonymous(TEXT)
            .POST(BodyPublishers.ofString(RunningSimulator.body("ord-1").encode())));

    assertThat(simulator.books().accepted()).isZero();
  }

  private Answer ask(String bearer) {
    return simulator.send(
        simulator.anonymous(TEXT).header("Authorization", "Bearer " + bearer).GET());
  }

  private static void assertRefused(Answer answer, int code, String message) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.message()).isEqualTo(message);
  }

  private static JsonObject claims() {
    return new JsonObject()
        .put("iss", RunningSimulator.config().account().accessKey().value())
        .put("exp", NOW + 1_800)
        .put("nbf", NOW - 5);
  }

  private static String token(JsonObject claims, String secret) {
    String signed = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded(claims.encode());
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    } catch (GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
