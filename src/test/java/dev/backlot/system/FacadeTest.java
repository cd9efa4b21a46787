package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.catalog.Pictures;
import dev.backlot.example.KlingTask;
import dev.backlot.system.KlingCaller.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kling's own API, as a client sees it that knows nothing of us. */
class FacadeTest {
  private static final String TEXT = "/v1/videos/text2video";
  private static final JsonObject BOAT = new JsonObject().put("prompt", "a paper boat");

  @TempDir static Path directory;
  private static BacklotProcess backlot;
  private static List<String> pair;

  /** The demo tenant, by its API key. */
  private static KlingCaller kling;

  @BeforeAll
  static void start() {
    backlot = BacklotProcess.start(directory, BacklotProcess.UNHURRIED);
    pair = backlot.run("keys", "create-pair", "--tenant", "other").lines().toList();
    backlot.run(
        "credits", "grant", "--tenant=other", "--units=6", "--asset=video_unit", "--reference=t");
    kling = KlingCaller.of(backlot.api(), backlot.demoKey());
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  /** Another tenant, by a token that it signs for each request. */
  private static KlingCaller other() {
    return KlingCaller.signing(backlot.api() + "/kling", pair.get(0), pair.get(1));
  }

  private static KlingCaller with(String bearer) {
    return KlingCaller.of(backlot.api(), bearer);
  }

  private static JsonObject named(String externalId) {
    return BOAT.copy().put("external_task_id", externalId);
  }

  private static JsonObject ended(KlingCaller client, String path) {
    Eventually.until(
        "the task ended",
        Duration.ofSeconds(60),
        () ->
            List.of("succeed", "failed")
                .contains(client.get(path).data().getString("task_status")));
    return client.get(path).data();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/videos/text2video | {'model_name':'kling-v2-6','prompt':'p','duration':'5'} | videos | 1 | video/mp4",
        "/v1/videos/image2video | {'prompt':'p','image':'PNG','image_tail':'','camera_control':null} | videos | 1 | video/mp4",
        "/v1/images/generations | {'model_name':'kling-v2-1','prompt':'p','n':2} | images | 2 | image/png",
      })
  void a_kind_of_the_older_dialect_goes_from_create_to_file(
      String path, String body, String list, int files, String type) {
    JsonObject created =
        kling.post(path, body.replace('\'', '"').replace("PNG", Pictures.png(320, 320))).data();

    assertThat(created.getString("task_id")).matches("[0-9]{18}");
    assertThat(created.getString("task_status")).isEqualTo("submitted");
    assertThat(created.getValue("created_at")).isInstanceOf(Long.class);
    assertThat(created.getValue("updated_at")).isInstanceOf(Long.class);
    JsonObject task = ended(kling, path + "/" + created.getString("task_id"));
    assertThat(task.getString("task_status")).isEqualTo("succeed");
    assertThat(task.getString("task_status_msg")).isEmpty();
    assertThat(Double.parseDouble(task.getString("final_unit_deduction"))).isPositive();
    JsonArray results = task.getJsonObject("task_result").getJsonArray(list);
    assertThat(results).hasSize(files);
    for (int i = 0; i < files; i++) {
      JsonObject file = results.getJsonObject(i);
      if (list.equals("videos")) {
        assertThat(file.getString("id")).matches("[0-9]{18}");
        assertThat(Double.parseDouble(file.getString("duration"))).isPositive();
      } else {
        assertThat(file.getInteger("index")).isEqualTo(i);
      }
      assertThat(KlingCaller.fetch(file.getString("url")).headers().firstValue("content-type"))
          .contains(type);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/text-to-video/kling-3.0-turbo | {'prompt':'p','settings':{'duration':3},'options':{'external_task_id':'n-1'}}",
        "/image-to-video/kling-3.0 | {'contents':[{'type':'first_frame','url':'PNG','weight':1},{'type':'prompt','text':'p'}],'options':{'external_task_id':'n-2'}}",
        "/omni-video/kling-3.0-omni | {'contents':[{'type':'prompt','text':'p'}],'settings':{'aspect_ratio':'16:9','duration':3},'options':{'external_task_id':'n-3'}}",
      })
  void a_kind_of_the_newer_dialect_goes_from_create_to_file(String path, String body) {
    JsonObject created =
        kling.post(path, body.replace('\'', '"').replace("PNG", Pictures.png(320, 320))).data();

    assertThat(created.getString("id")).matches("[0-9]{18}");
    assertThat(created.getString("status")).isEqualTo("submitted");
    assertThat(created.getValue("create_time")).isInstanceOf(Long.class);
    String query = "/tasks?external_task_ids=" + created.getString("external_id");
    Eventually.until(
        "the task ended",
        Duration.ofSeconds(60),
        () ->
            List.of("succeeded", "failed")
                .contains(kling.get(query).list().getJsonObject(0).getString("status")));
    JsonObject task =
        kling.get("/tasks?task_ids=" + created.getString("id")).list().getJsonObject(0);
    assertThat(task.getString("status")).isEqualTo("succeeded");
    assertThat(task.getString("message")).isEmpty();
    JsonObject output = task.getJsonArray("outputs").getJsonObject(0);
    assertThat(output.getString("type")).isEqualTo("video");
    assertThat(Double.parseDouble(output.getString("duration"))).isPositive();
    assertThat(KlingCaller.fetch(output.getString("url")).statusCode()).isEqualTo(200);
    JsonObject bill = task.getJsonArray("billing").getJsonObject(0);
    assertThat(bill.getString("charge_type")).isEqualTo("unit");
    assertThat(bill.getString("package_type")).isEqualTo("video");
    assertThat(Double.parseDouble(bill.getString("amount"))).isPositive();
  }

  @Test
  void the_page_shows_a_client_that_works() throws Exception {
    String source = Files.readString(Path.of("src/test/java/dev/backlot/example/KlingTask.java"));
    String shown = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("// end"));

    assertThat(Files.readString(Path.of("src/site/markdown/facade.md")))
        .contains("```java\n" + shown.strip() + "\n```");
    String file = new KlingTask(backlot.api(), backlot.demoKey()).make("a boat", "order-9");
    assertThat(KlingCaller.fetch(file).statusCode()).isEqualTo(200);
  }

  @Test
  void a_failed_task_answers_200_and_has_its_reason() {
    String id =
        kling
            .post(TEXT, new JsonObject().put("prompt", "p [sim:fail]"))
            .data()
            .getString("task_id");

    JsonObject task = ended(kling, TEXT + "/" + id);

    assertThat(task.getString("task_status")).isEqualTo("failed");
    assertThat(task.getString("task_status_msg")).isNotBlank();
    assertThat(task.containsKey("task_result")).isFalse();
  }

  @Test
  void two_tenants_with_one_external_id_have_two_tasks() {
    String one = kling.post(TEXT, named("order-1")).data().getString("task_id");
    String another = other().post(TEXT, named("order-1")).data().getString("task_id");

    assertThat(another).isNotEqualTo(one);
    assertThat(kling.get(TEXT + "/order-1").data().getString("task_id")).isEqualTo(one);
    assertThat(other().get(TEXT + "/order-1").data().getString("task_id")).isEqualTo(another);
    assertThat(other().get(TEXT + "/" + one).refusal()).isEqualTo("400/1201");
  }

  @Test
  void a_repeated_external_id_is_refused_and_its_task_is_found() {
    String id = kling.post(TEXT, named("order-2")).data().getString("task_id");

    Answer again = kling.post(TEXT, named("order-2"));

    assertThat(again.refusal()).isEqualTo("400/1201");
    assertThat(again.message()).isEqualTo("External_task_id order-2 already exists");
    JsonObject found = kling.get(TEXT + "/order-2").data();
    assertThat(found.getString("task_id")).isEqualTo(id);
    assertThat(found.getJsonObject("task_info").getString("external_task_id")).isEqualTo("order-2");
  }

  @Test
  void too_little_credit_is_429_and_1102() {
    JsonObject dear =
        BOAT.copy().put("model_name", "kling-v3").put("mode", "4k").put("duration", "15");

    assertThat(other().post(TEXT, dear).refusal()).isEqualTo("429/1102");
  }

  @Test
  void an_image_of_a_megabyte_comes_in_the_body() {
    byte[] picture = Base64.getDecoder().decode(Pictures.png(320, 320));
    String image = Base64.getEncoder().encodeToString(Arrays.copyOf(picture, 1 << 20));

    String id =
        kling
            .post("/v1/videos/image2video", BOAT.copy().put("image", image))
            .data()
            .getString("task_id");

    assertThat(ended(kling, "/v1/videos/image2video/" + id).getString("task_status"))
        .isEqualTo("succeed");
    assertThat(
            kling
                .post("/v1/videos/image2video", BOAT.copy().put("image", "x".repeat(1 << 20)))
                .refusal())
        .isEqualTo("400/1201");
  }

  @Test
  void what_is_sent_twice_without_an_id_is_meant_twice() {
    String first = kling.post(TEXT, BOAT).data().getString("task_id");

    assertThat(kling.post(TEXT, BOAT).data().getString("task_id")).isNotEqualTo(first);
  }

  @Test
  void doubled_slashes_unknown_fields_and_odd_forms_are_accepted() {
    JsonObject odd =
        BOAT.copy()
            .put("model", "kling-v1")
            .put("duration", 5)
            .put("negative_prompt", "")
            .put("callback_url", "")
            .put("external_task_id", "")
            .put("metadata", new JsonObject().put("a", 1));

    String id = kling.post("/v1//videos/text2video/", odd).data().getString("task_id");

    assertThat(kling.get(TEXT + "//" + id).data().getString("task_id")).isEqualTo(id);
  }

  @Test
  void a_list_shows_the_newest_first_and_this_product_alone() {
    String older = kling.post(TEXT, BOAT).data().getString("task_id");
    String newer = kling.post(TEXT, BOAT).data().getString("task_id");
    kling.post("/v1/images/generations", BOAT).data();

    JsonArray page = kling.get(TEXT + "?pageNum=1&pageSize=2").list();

    assertThat(ids(page)).containsExactly(newer, older);
    assertThat(ids(kling.get(TEXT + "?pageNum=2&pageSize=1").list())).containsExactly(older);
  }

  private static List<String> ids(JsonArray page) {
    return page.stream().map(task -> ((JsonObject) task).getString("task_id")).toList();
  }

  @Test
  void unknown_ids_are_not_found_here_and_missing_there() {
    assertThat(kling.get(TEXT + "/123").message())
        .isEqualTo("Task not found by id/external id: 123");
    assertThat(kling.get("/tasks?task_ids=999999999999999999,x").list()).isEmpty();
    assertThat(kling.get("/tasks?external_task_ids=nobody%00").list()).isEmpty();
  }

  @Test
  void more_than_twenty_ids_are_refused() {
    String ids = IntStream.range(0, 21).mapToObj(String::valueOf).collect(Collectors.joining(","));

    Answer refused = kling.get("/tasks?task_ids=" + ids);

    assertThat(refused.refusal()).isEqualTo("400/1201");
    assertThat(refused.message()).contains("cannot exceed 20 in total");
    assertThat(kling.get("/tasks").refusal()).isEqualTo("400/1201");
    assertThat(kling.get("/tasks?task_ids=1&external_task_ids=2").refusal()).isEqualTo("400/1201");
  }

  @Test
  void twenty_external_ids_may_be_as_long_as_they_can_be() {
    String ids =
        IntStream.range(10, 30)
            .mapToObj(i -> i + "%20".repeat(252) + "x")
            .collect(Collectors.joining(","));

    assertThat(kling.get("/tasks?external_task_ids=" + ids).list()).isEmpty();
  }

  @Test
  void a_search_goes_through_all_tasks_in_pages_and_by_filter() {
    String first = kling.post(TEXT, BOAT).data().getString("task_id");
    String still = kling.post("/v1/images/generations", BOAT).data().getString("task_id");
    String last = kling.post("/text-to-video/kling-3.0", BOAT).data().getString("id");

    JsonObject page = kling.post("/tasks", new JsonObject().put("limit", 2)).data();
    JsonObject next =
        kling
            .post(
                "/tasks",
                new JsonObject().put("limit", 1).put("cursor", page.getString("next_cursor")))
            .data();
    JsonObject images =
        kling
            .post(
                "/tasks",
                new JsonObject(
                    "{\"limit\":1,\"filters\":[{\"key\":\"product_type\",\"values\":[\"image\"]}]}"))
            .data();

    assertThat(found(page)).containsExactly(last, still);
    assertThat(page.getInteger("count")).isEqualTo(2);
    assertThat(page.getBoolean("has_more")).isTrue();
    assertThat(found(next)).containsExactly(first);
    assertThat(found(images)).containsExactly(still);
    assertThat(kling.post("/tasks", new JsonObject().put("limit", 501)).refusal())
        .isEqualTo("400/1201");
    assertThat(kling.post("/tasks", new JsonObject().put("cursor", "x")).refusal())
        .isEqualTo("400/1201");
  }

  private static List<String> found(JsonObject page) {
    return page.getJsonArray("result").stream()
        .map(task -> ((JsonObject) task).getString("id"))
        .toList();
  }

  @Test
  void the_account_shows_what_is_left_and_what_was_taken() {
    String id = kling.post(TEXT, BOAT).data().getString("task_id");
    JsonObject task = ended(kling, TEXT + "/" + id);
    JsonObject hour = new JsonObject().put("start_time", "0").put("end_time", 9_000_000_000_000L);

    JsonObject costs = kling.get("/account/costs?start_time=0&end_time=1").data();
    JsonObject bill = kling.post("/account/billing/package", hour).data();

    assertThat(costs.getInteger("code")).isZero();
    JsonObject pack = costs.getJsonArray("resource_pack_subscribe_infos").getJsonObject(0);
    assertThat(pack.getDouble("remaining_quantity")).isPositive();
    assertThat(pack.getString("status")).isEqualTo("online");
    JsonArray detail = bill.getJsonObject("result").getJsonArray("detail");
    assertThat(bill.getJsonObject("result").getInteger("count")).isEqualTo(detail.size());
    assertThat(detail.stream().map(JsonObject.class::cast))
        .filteredOn(row -> row.getString("task_id").equals(id))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getString("deduction_amount"))
                  .isEqualTo(task.getString("final_unit_deduction"));
              assertThat(row.getString("deduction_time")).matches("[0-9]{13}");
            });
    assertThat(
            kling
                .post("/account/billing/balance", hour)
                .data()
                .getJsonObject("result")
                .getInteger("count"))
        .isZero();
    assertThat(kling.post("/account/billing/package", new JsonObject()).refusal())
        .isEqualTo("400/1201");
    assertThat(kling.get("/account/costs").refusal()).isEqualTo("400/1201");
  }

  @Test
  void tokens_of_every_wrong_kind_are_told_apart() {
    String access = pair.get(0);
    String secret = pair.get(1);

    assertThat(with("").get(TEXT).refusal()).isEqualTo("401/1001");
    assertThat(with("nonsense").get(TEXT).refusal()).isEqualTo("401/1002");
    assertThat(with("nonsense").get(TEXT).message())
        .isEqualTo("The token was expected to have 3 parts, but got 0");
    assertThat(with("blk_aaaaaaaaaaaa_" + "x".repeat(43)).get(TEXT).refusal())
        .isEqualTo("401/1002");
    assertThat(with(KlingCaller.token("A".repeat(32), secret, 1800, -5)).get(TEXT).refusal())
        .isEqualTo("401/1002");
    assertThat(with(KlingCaller.token(access, "wrong", 1800, -5)).get(TEXT).refusal())
        .isEqualTo("401/1000");
    assertThat(with(KlingCaller.token(access, secret, 1800, 600)).get(TEXT).refusal())
        .isEqualTo("401/1003");
    assertThat(with(KlingCaller.token(access, secret, -600, -5)).get(TEXT).refusal())
        .isEqualTo("401/1004");
  }

  @Test
  void a_signed_token_does_not_open_the_newer_dialect() {
    Answer refused = other().post("/text-to-video/kling-3.0", BOAT);

    assertThat(refused.refusal()).isEqualTo("401/1002");
    assertThat(refused.message()).contains("does not support AK/SK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{\"prompt\":\"a\",\"prompt\":\"b\"}"})
  void what_is_no_object_is_refused_in_their_words(String body) {
    assertThat(kling.post(TEXT, body).refusal()).isEqualTo("400/1200");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | prompt",
        "{'prompt':'p','duration':'7'} | duration",
        "{'prompt':'p','mode':'4k'} | mode",
        "{'prompt':7} | prompt",
        "{'prompt':'p','external_task_id':{}} | external_task_id",
        "{'prompt':'p','multi_shot':true,'shot_type':'customize','multi_prompt':[{'index':1}]} | multi_prompt",
        "{'prompt':'p','callback_url':'x'} | callback_url"
      })
  void a_wrong_value_is_1201_and_named(String body, String field) {
    KlingCaller.Answer refused = kling.post(TEXT, body.replace('\'', '"'));

    assertThat(refused.refusal()).isEqualTo("400/1201");
    assertThat(refused.message()).startsWith(field).doesNotContain("/input");
  }

  /** Those that the reference has, word by word. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text2video  | {'prompt':'p','sound':'on'} | model/mode(kling-v2-6/std) is not supported with sound on",
        "omni-video  | {'prompt':'p','sound':'on','model_name':'kling-v3-omni','video_list':[{'video_url':'https://v.example.com/a.mp4'}]} | sound on is not supported with video input",
        "image2video | {'image':'data;base64,no'} | File is not in a valid base64 format",
      })
  void a_mistake_that_they_have_words_for_is_told_in_these(
      String product, String body, String words) {
    KlingCaller.Answer refused = kling.post("/v1/videos/" + product, body.replace('\'', '"'));

    assertThat(refused.refusal()).isEqualTo("400/1201");
    assertThat(refused.message()).isEqualTo(words);
  }

  @Test
  void a_model_that_is_not_there_is_1203_and_a_path_1202() {
    assertThat(kling.post(TEXT, BOAT.copy().put("model_name", "kling-v99")).refusal())
        .isEqualTo("404/1203");
    assertThat(kling.post("/text-to-video/kling-99", BOAT).refusal()).isEqualTo("404/1203");
    assertThat(kling.post("/v1/videos/nothing", BOAT).refusal()).isEqualTo("404/1202");
    assertThat(kling.get("/kling").refusal()).isEqualTo("404/1202");
  }

  @Test
  void a_body_beyond_all_bounds_is_refused_in_their_words() {
    assertThat(kling.post(TEXT, named("x".repeat(300))).refusal()).isEqualTo("400/1201");
    assertThat(kling.post(TEXT, BOAT.copy().put("junk", " ".repeat(300_000))).status())
        .isEqualTo(200);
  }
}
