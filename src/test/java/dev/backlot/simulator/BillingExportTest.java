package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGES;
import static dev.backlot.simulator.RunningSimulator.START;
import static dev.backlot.simulator.RunningSimulator.body;
import static dev.backlot.simulator.RunningSimulator.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BillingExportTest {
  private static final String PACKAGE = "/account/billing/package";
  private static final String BALANCE = "/account/billing/balance";

  private RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_deduction_has_a_row_with_all_its_members() {
    String id = simulator.accepted(body("ord-1").put("sound", "on").put("mode", "pro"));
    simulator.advance(Duration.ofMinutes(1));

    assertThat(rows(export(PACKAGE, span())))
        .containsExactly(
            new JsonObject()
                .put("task_id", id)
                .put("api_key_name", "simulator")
                .put("product_function", "text2video")
                .put("model_name", "kling-v3")
                .put("resolution", "pro")
                .put("duration", "5")
                .put("refer_video_input", false)
                .put("video_sound", true)
                .put("voice_control", false)
                .put("deduction_time", String.valueOf(START.toEpochMilli() + 15_000))
                .put("deduction_amount", "6")
                .put("package_id", "rp-0001")
                .put("product_type", "video")
                .put("unit_before_deduction", "10000000")
                .put("unit_after_deduction", "9999994"));
  }

  @Test
  void the_rows_add_up_to_the_books() {
    makeTasks(7);

    BigDecimal sum =
        rows(export(PACKAGE, span())).stream()
            .map(row -> new BigDecimal(row.getString("deduction_amount")))
            .reduce(BigDecimal.ZERO, BigDecimal::add);

    assertThat(sum).isEqualByComparingTo(simulator.books().billed());
  }

  @Test
  void what_is_taken_or_given_back_afterwards_is_a_row_of_its_own() {
    makeTasks(1);
    String id = rows(export(PACKAGE, span())).get(0).getString("task_id");
    BigDecimal before = simulator.books().billed();

    charge(id, "1.5");
    charge(id, "-0.5");

    assertThat(rows(export(PACKAGE, span())))
        .extracting(row -> row.getString("deduction_amount"))
        .startsWith("-0.5", "1.5");
    assertThat(simulator.books().billed()).isEqualByComparingTo(before.add(BigDecimal.ONE));
  }

  private void charge(String task, String units) {
    JsonObject body = new JsonObject().put("task_id", task).put("units", units);
    JsonObject books =
        simulator
            .send(simulator.control("/charges").POST(BodyPublishers.ofString(body.encode())))
            .json();
    assertThat(books.getMap()).containsKey("billed");
  }

  @Test
  void nothing_billed_is_no_row() {
    simulator.accepted(body("ord-1").put("prompt", "a boat [sim:fail]"));
    simulator.finishRendering();

    assertThat(rows(export(PACKAGE, span()))).isEmpty();
  }

  @Test
  void pages_follow_one_another_without_gaps() {
    makeTasks(5);
    List<String> ids = new ArrayList<>();
    JsonObject page = export(PACKAGE, span().put("limit", 2)).data();
    rows(page).forEach(row -> ids.add(row.getString("task_id")));
    while (page.getBoolean("has_more")) {
      String cursor = page.getString("next_cursor");
      page = export(PACKAGE, new JsonObject().put("cursor", cursor).put("limit", 2)).data();
      rows(page).forEach(row -> ids.add(row.getString("task_id")));
    }

    assertThat(ids).hasSize(5).doesNotHaveDuplicates();
    assertThat(page.getString("next_cursor")).isEmpty();
  }

  @Test
  void a_span_leaves_out_what_came_before() {
    makeTasks(1);
    JsonObject later =
        span().put("start_time", START.plus(Duration.ofMinutes(1)).toEpochMilli() + 1);

    assertThat(rows(export(PACKAGE, later))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "product_type, image, 1",
    "product_type, video, 1",
    "package_id, rp-0002, 1",
    "package_name, Sim-Image-9Con-12Months, 1",
    "api_key_name, simulator, 2",
    "api_key_name, another, 0"
  })
  void a_filter_narrows_the_rows(String key, String value, int rows) {
    simulator.create(body("ord-1"));
    simulator.create(IMAGES, body("ord-2"));
    simulator.advance(Duration.ofMinutes(1));

    assertThat(rows(export(PACKAGE, span().put("filters", filters(key, value))))).hasSize(rows);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'start_time':1}",
        "{'start_time':2,'end_time':1}",
        "{'cursor':'nonsense'}",
        "{'start_time':1,'end_time':2,'limit':501}",
        "{'start_time':1,'end_time':2,'filters':[{'key':'status','values':['x']}]}",
        "{'start_time':1,'end_time':2,'filters':[{'key':'package_id','values':['a']},{'key':'package_name','values':['b']}]}"
      })
  void a_wrong_search_is_refused(String body) {
    assertThat(export(PACKAGE, new JsonObject(body.replace('\'', '"'))).code()).isEqualTo(1201);
  }

  @Test
  void an_account_with_packs_has_no_rows_of_its_balance() {
    makeTasks(1);

    assertThat(rows(export(BALANCE, span()))).isEmpty();
  }

  @Test
  void an_account_that_pays_cash_has_rows_of_its_balance() {
    payCash();
    makeTasks(1);

    assertThat(rows(export(PACKAGE, span()))).isEmpty();
    JsonObject row = rows(export(BALANCE, span())).get(0);
    assertThat(row.getString("deduction_amount")).isEqualTo("0.42");
    assertThat(row.getString("list_price")).isEqualTo("0.42");
    assertThat(row.getString("balance_before_deduction")).isEqualTo("1400000");
    assertThat(row.getString("balance_after_deduction")).isEqualTo("1399999.58");
    assertThat(row.getString("cash_type")).isEqualTo("balance");
    assertThat(row.getString("currency")).isEqualTo("USD");
  }

  @Test
  void a_task_paid_with_cash_says_so_in_both_dialects() {
    payCash();
    String id = simulator.accepted(body("ord-1"));
    simulator.finishRendering();

    JsonObject legacy = simulator.query(id).data();
    assertThat(legacy.containsKey("final_unit_deduction")).isFalse();
    assertThat(legacy.getJsonObject("final_balance_deduction"))
        .isEqualTo(new JsonObject().put("quota", "0.42").put("list_price", "0.42"));
    assertThat(simulator.task("ord-1").getJsonArray("billing").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("charge_type", "cash")
                .put("cash_type", "balance")
                .put("currency", "USD")
                .put("amount", "0.42")
                .put("list_price", "0.42"));
  }

  @Test
  void a_spent_balance_refuses_creates_as_in_arrears() {
    simulator.close();
    simulator = new RunningSimulator(config().withPackUnits(BigDecimal.ONE).withCash());
    makeTasks(1);

    assertThat(simulator.create(body("ord-9")).code()).isEqualTo(1101);
  }

  private void payCash() {
    simulator.close();
    simulator = new RunningSimulator(config().withCash());
  }

  /** One after the other, a minute each. */
  private void makeTasks(int count) {
    for (int number = 1; number <= count; number++) {
      simulator.accepted(body("ord-" + number));
      simulator.advance(Duration.ofMinutes(1));
    }
  }

  private Answer export(String path, JsonObject body) {
    return simulator.post(path, body);
  }

  private static JsonObject span() {
    return new JsonObject()
        .put("start_time", START.toEpochMilli())
        .put("end_time", String.valueOf(START.plus(Duration.ofDays(1)).toEpochMilli()));
  }

  private static JsonArray filters(String key, String value) {
    return JsonArray.of(new JsonObject().put("key", key).put("values", JsonArray.of(value)));
  }

  private static List<JsonObject> rows(Answer answer) {
    return rows(answer.data());
  }

  private static List<JsonObject> rows(JsonObject data) {
    JsonArray detail = data.getJsonObject("result").getJsonArray("detail");
    assertThat(data.getJsonObject("result").getInteger("count")).isEqualTo(detail.size());
    return detail.stream().map(JsonObject.class::cast).toList();
  }
}
