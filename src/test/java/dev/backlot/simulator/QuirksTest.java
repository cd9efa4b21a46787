package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGE;
import static dev.backlot.simulator.RunningSimulator.IMAGES;
import static dev.backlot.simulator.RunningSimulator.TEXT;
import static dev.backlot.simulator.RunningSimulator.body;
import static dev.backlot.simulator.RunningSimulator.config;
import static dev.backlot.simulator.RunningSimulator.marked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.Section;
import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorQuirks;
import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each question that the reference leaves open, answered both ways. */
class QuirksTest {
  private RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0s, 0, 1800, 0",
    "0s, 0s, -2000, 0, 1004",
    "30s, 0s, -2000, -29, 0",
    "30s, 0s, -2000, -31, 1004",
    "0s, 0s, 5, 1800, 1003",
    "30s, 0s, 29, 1800, 0",
    "30s, 0s, 31, 1800, 1003",
    "0s, 30m, 0, 1800, 0",
    "0s, 30m, 0, 1801, 1002"
  })
  void a_token_lives_within_its_bounds(
      String skew, String life, long notBefore, long expires, int code) throws Exception {
    with(Map.of("clock-skew", skew, "token-life-max", life));

    assertThat(queryWith(token(notBefore, expires)).code()).isEqualTo(code == 0 ? 1201 : code);
  }

  @Test
  void a_numeric_duration_is_refused_or_taken() {
    JsonObject numeric = body("ord-1").put("duration", 5);
    assertThat(simulator.create(numeric).code()).isEqualTo(1201);

    with(Map.of("numeric-duration", true));

    assertThat(simulator.create(numeric).code()).isZero();
  }

  @Test
  void a_failed_task_can_cost_what_it_would_have() {
    with(Map.of("charge-failed", true));
    String id = simulator.accepted(marked("ord-1", "[sim:fail]"));
    simulator.finishRendering();

    assertThat(simulator.query(id).data().getString("final_unit_deduction")).isEqualTo("3");
  }

  @ParameterizedTest
  @CsvSource({"kling-v3", "kling-3.0"})
  void a_discontinued_model_is_refused_by_either_name(String named) {
    with(
        Map.of(
            "discontinued",
            List.of("kling-v3", named),
            "discontinued-status",
            403,
            "discontinued-code",
            1103));

    Answer answer = simulator.create(body("ord-1"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo(1103);
    assertThat(answer.message())
        .isEqualTo("The model 'kling-v3' has been discontinued and is no longer available.");
    assertThat(simulator.books().refused()).containsEntry(1103, 1L);
  }

  @Test
  void an_external_id_can_come_free_again() {
    with(Map.of("external-id-life", "1h"));
    simulator.create(body("ord-1"));
    simulator.advance(Duration.ofMinutes(59));
    assertThat(simulator.create(body("ord-1")).code()).isEqualTo(1201);

    simulator.advance(Duration.ofMinutes(1));

    assertThat(simulator.create(body("ord-1")).code()).isZero();
  }

  @Test
  void a_query_can_find_the_tasks_of_other_products() {
    String id = simulator.accepted(body("ord-1"));
    assertThat(simulator.get(IMAGE + "/" + id).code()).isEqualTo(1201);

    with(Map.of("cross-product-query", true));
    String other = simulator.accepted(body("ord-1"));

    assertThat(simulator.get(IMAGE + "/" + other).data().getString("task_id")).isEqualTo(other);
  }

  @Test
  void above_the_rate_a_request_is_1302_until_the_next_second() {
    with(Map.of("requests-per-second", 2));
    assertThat(simulator.create(body("ord-1")).code()).isZero();
    assertThat(simulator.query("ord-1").code()).isZero();
    assertThat(simulator.query("ord-1").code()).isEqualTo(1302);
    assertThat(simulator.create(body("ord-2")).code()).isEqualTo(1302);

    simulator.advance(Duration.ofSeconds(1));

    assertThat(simulator.create(body("ord-2")).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "down, kling-v3, 3",
    "exact, kling-v3, 3.0246",
    "up, kling-v3, 3.6",
    "up, kling-v1-6, 2"
  })
  void an_odd_length_is_billed_where_seconds_are(String length, String model, String units) {
    with(Map.of("billed-length", length));
    String id = simulator.accepted(body("ord-1").put("model_name", model));
    simulator.finishRendering();

    assertThat(simulator.query(id).data().getString("final_unit_deduction")).isEqualTo(units);
  }

  @Test
  void modes_share_their_slots_or_do_not() {
    SimulatorConfig one = config().withSlots(1);
    start(one);
    simulator.create(body("ord-1"));
    assertThat(simulator.create(body("ord-2").put("mode", "pro")).code()).isEqualTo(1303);

    start(one.withQuirks(quirks(Map.of("slots-by-mode", true))));
    simulator.create(body("ord-1"));

    assertThat(simulator.create(body("ord-2").put("mode", "pro")).code()).isZero();
    assertThat(simulator.create(body("ord-3")).code()).isEqualTo(1303);
  }

  @Test
  void images_have_no_modes_to_tell_apart() {
    with(Map.of("slots-by-mode", true));
    simulator.create(IMAGES, body("ord-1").put("resolution", "2k"));

    assertThat(simulator.books().slots()).containsKey("kling-v3/image");
  }

  private void with(Map<String, Object> values) {
    start(config().withQuirks(quirks(values)));
  }

  private void start(SimulatorConfig config) {
    simulator.close();
    simulator = new RunningSimulator(config);
  }

  private static SimulatorQuirks quirks(Map<String, Object> values) {
    return SimulatorQuirks.from(new Section("quirks", values, true, name -> ""));
  }

  private Answer queryWith(String token) {
    return simulator.send(
        simulator.anonymous(TEXT + "/none").header("Authorization", "Bearer " + token).GET());
  }

  private static String token(long notBefore, long expires) throws Exception {
    long now = RunningSimulator.START.getEpochSecond();
    JsonObject claims =
        new JsonObject()
            .put("iss", "sim-access-key")
            .put("nbf", now + notBefore)
            .put("exp", now + expires);
    String signed = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded(claims.encode());
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] key = config().account().secretKey().value().getBytes(StandardCharsets.US_ASCII);
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static String encoded(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
