package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.catalog.Pictures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls that are answered at once, by our API and by Kling's, on one process with its simulator.
 */
class CallsAtOnceTest {
  private static final String SPEECH = "{'text':'WORDS','voice_id':'oversea_male1'}";

  @TempDir static Path directory;
  private static BacklotProcess backlot;
  private static Books books;
  private static KlingCaller kling;

  @BeforeAll
  static void start() {
    backlot =
        BacklotProcess.start(
            directory,
            Map.of(
                "calls.timeout",
                "5s",
                "facade.answer-within",
                "20s",
                "provider.breaker.failures",
                "100"));
    books = new Books(backlot);
    kling = KlingCaller.of(backlot.api(), backlot.demoKey());
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  @AfterEach
  void every_credit_is_accounted_for() {
    assertThat(books.text("SELECT count(*) FROM provider_call WHERE state = 'open'"))
        .isEqualTo("0");
  }

  private static String json(String text) {
    return text.replace('\'', '"').replace("PNG", Pictures.png(320, 320));
  }

  private static Api.Answer call(String name, String input, String... headers) {
    return backlot
        .client()
        .post("/api/v1/calls/" + name, "{\"input\":" + json(input) + "}", headers);
  }

  private static Api.Answer speak(String words, String... headers) {
    return call("tts", SPEECH.replace("WORDS", words), headers);
  }

  private static JsonObject simulated(String name) {
    return books.simulator().getJsonObject("calls").getJsonObject(name, new JsonObject());
  }

  private static int received(String name) {
    return simulated(name).getInteger("received", 0);
  }

  private static BigDecimal spent() {
    return books.balance("spent");
  }

  @Test
  void speech_is_charged_and_its_file_is_ours() {
    BigDecimal before = spent();

    JsonObject call = speak("hello").json();

    JsonObject sound =
        call.getJsonObject("result")
            .getJsonObject("task_result")
            .getJsonArray("audios")
            .getJsonObject(0);
    assertThat(call.getString("charged")).isEqualTo("0.05");
    assertThat(spent().subtract(before)).isEqualByComparingTo("0.05");
    assertThat(backlot.client().get(sound.getString("url")).header("content-type"))
        .isEqualTo("audio/mpeg");
    assertThat(backlot.client().get("/api/v1/calls/" + call.getString("id")).json())
        .isEqualTo(call);
  }

  @Test
  void what_speech_made_is_the_sound_of_an_avatar() {
    String sound =
        speak("hello")
            .json()
            .getJsonObject("result")
            .getJsonObject("task_result")
            .getJsonArray("audios")
            .getJsonObject(0)
            .getString("id");

    Api.Answer accepted =
        backlot
            .client()
            .post(
                "/api/v1/jobs",
                json("{'kind':'avatar','input':{'image':'PNG','audio_id':'" + sound + "'}}"));

    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    Jobs.awaitAll(backlot.client(), List.of(accepted.json().getString("id")), "succeeded");
  }

  @Test
  void the_parts_of_an_image_are_charged_by_our_api_and_by_klings() {
    JsonArray ours =
        call("image-recognize", "{'image':'PNG'}")
            .json()
            .getJsonObject("result")
            .getJsonObject("task_result")
            .getJsonArray("images");
    JsonObject data =
        kling
            .post("/kling/v1/videos/image-recognize", new JsonObject(json("{'image':'PNG'}")))
            .data();
    JsonArray theirs = data.getJsonObject("task_result").getJsonArray("images");

    assertThat(ours).hasSize(4);
    assertThat(theirs).hasSize(4);
    assertThat(data.getString("final_unit_deduction")).isEqualTo("0.1");
    HttpResponse<byte[]> file = KlingCaller.fetch(theirs.getJsonObject(0).getString("url"));
    assertThat(file.statusCode()).isEqualTo(200);
  }

  @Test
  void a_session_is_named_by_an_id_of_ours() {
    JsonObject faces =
        call("identify-face", "{'video_url':'https://clips.example.com/a.mp4?seconds=9'}")
            .json()
            .getJsonObject("result");

    assertThat(faces.getString("session_id")).matches("80[0-9]{16}");
    assertThat(faces.encode()).doesNotContain(String.valueOf(backlot.ports().simulator()));
  }

  @Test
  void a_job_in_a_session_of_ours_runs() {
    String session =
        call("identify-face", "{'video_url':'https://clips.example.com/a.mp4?seconds=9'}")
            .json()
            .getJsonObject("result")
            .getString("session_id");

    Api.Answer accepted =
        backlot
            .client()
            .post(
                "/api/v1/jobs",
                json(
                    "{'kind':'advanced-lip-sync','input':{'session_id':'SESSION','face_choose':[{'face_id':'0','sound_file':'c291bmQ=','sound_start_time':0,'sound_end_time':3000,'sound_insert_time':0}]}}"
                        .replace("SESSION", session)));

    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    Jobs.awaitAll(backlot.client(), List.of(accepted.json().getString("id")), "succeeded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fs-0001", "800000000000000010", "867283741759111202"})
  void a_session_of_nobody_is_no_input(String session) {
    Api.Answer refused = call("clear-selection", "{'session_id':'" + session + "'}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("field")).isEqualTo("/input/session_id");
  }

  /** A client of a tenant that has made nothing. */
  private static Api stranger() {
    return backlot.client(backlot.run("keys", "create", "--tenant", "strangers"));
  }

  @Test
  void what_another_tenant_has_made_cannot_be_deleted() {
    String voice =
        output(
            "{'kind':'custom-voices','input':{'voice_name':'Bo','voice_url':'https://sounds.example.com/a.mp3'}}");
    int sends = received("delete-voices");

    Api.Answer refused =
        stranger()
            .post(
                "/api/v1/calls/delete-voices",
                json("{'input':{'voice_id':'VOICE'}}".replace("VOICE", voice)));

    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.json().getString("field")).isEqualTo("/input/voice_id");
    assertThat(received("delete-voices")).isEqualTo(sends);
  }

  @Test
  void a_session_of_another_tenant_is_no_input_of_calls_and_jobs() {
    String session =
        call("identify-face", "{'video_url':'https://clips.example.com/a.mp4?seconds=9'}")
            .json()
            .getJsonObject("result")
            .getString("session_id");
    Api stranger = stranger();

    Api.Answer call =
        stranger.post(
            "/api/v1/calls/clear-selection",
            json("{'input':{'session_id':'SESSION'}}".replace("SESSION", session)));
    Api.Answer job =
        stranger.post(
            "/api/v1/jobs",
            json(
                "{'kind':'advanced-lip-sync','input':{'session_id':'SESSION','face_choose':[{'face_id':'0','sound_file':'c291bmQ=','sound_start_time':0,'sound_end_time':3000,'sound_insert_time':0}]}}"
                    .replace("SESSION", session)));

    assertThat(call.status()).as(call.text()).isEqualTo(400);
    assertThat(job.status()).as(job.text()).isEqualTo(400);
  }

  @Test
  void another_tenants_call_its_file_and_its_place_in_the_list_are_not_there() {
    String id = speak("hello").json().getString("id");
    Api stranger = stranger();

    assertThat(stranger.get("/api/v1/calls/" + id).status()).isEqualTo(404);
    assertThat(stranger.get("/api/v1/calls/" + id + "/outputs/1").status()).isEqualTo(404);
    assertThat(stranger.get("/api/v1/calls").json().getJsonArray("items")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[sim:hang]", "[sim:reset]", "[sim:lost]", "[sim:error=5000]"})
  void an_unknown_outcome_is_told_paid_and_never_sent_again(String fault) {
    BigDecimal before = spent();
    int sends = received("tts");
    String key = "key-" + fault;

    Api.Answer first = speak("hello " + fault, "Idempotency-Key", key);
    Api.Answer again = speak("hello " + fault, "Idempotency-Key", key);

    assertThat(first.status()).as(first.text()).isEqualTo(504);
    assertThat(first.json().getString("code")).isEqualTo("call-outcome-unknown");
    assertThat(again.status()).isEqualTo(504);
    assertThat(again.json().getString("call_id")).isEqualTo(first.json().getString("call_id"));
    assertThat(received("tts")).isEqualTo(sends + 1);
    assertThat(spent().subtract(before)).isEqualByComparingTo("0.05");
    assertThat(
            backlot
                .client()
                .get("/api/v1/calls/" + first.json().getString("call_id"))
                .json()
                .getString("reconciled"))
        .isEqualTo("open");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1201", "1301", "1302", "5001"})
  void what_kling_refuses_costs_nothing(String code) {
    BigDecimal before = spent();

    Api.Answer refused = speak("hello [sim:error=" + code + "]");

    assertThat(refused.status()).isIn(422, 503);
    assertThat(spent()).isEqualByComparingTo(before);
  }

  @Test
  void klings_api_says_of_an_unknown_outcome_that_it_is_one() {
    KlingCaller.Answer unknown =
        kling.post("/v1/audio/tts", json(SPEECH.replace("WORDS", "hello [sim:hang]")));

    assertThat(unknown.refusal()).isEqualTo("504/5002");
    assertThat(unknown.message()).contains("not sent again");
  }

  @Test
  void klings_api_answers_speech_in_its_own_shape() {
    JsonObject data =
        kling.post("/kling/v1/audio/tts", json(SPEECH.replace("WORDS", "hello"))).data();

    JsonObject sound = data.getJsonObject("task_result").getJsonArray("audios").getJsonObject(0);
    assertThat(data.getString("task_id")).matches("9005[0-9]{14}");
    assertThat(KlingCaller.fetch(sound.getString("url")).statusCode()).isEqualTo(200);
  }

  @Test
  void klings_api_refuses_what_kling_refuses_with_its_code() {
    assertThat(kling.post("/v1/audio/tts", "{\"text\":\"x\"}").refusal()).isEqualTo("400/1201");
    assertThat(
            kling
                .post("/v1/audio/tts", json(SPEECH.replace("WORDS", "[sim:error=1301]")))
                .refusal())
        .isEqualTo("400/1301");
  }

  /** What calls of the table name of earlier ones, by the word that they have for it. */
  private static Map<String, String> made() {
    JsonObject clip =
        call("init-selection", "{'video_url':'https://clips.example.com/a.mp4?seconds=5'}")
            .json()
            .getJsonObject("result");
    JsonObject element =
        call(
                "custom-elements",
                "{'element_name':'Ann','element_description':'a girl','element_frontal_image':'PNG','element_refer_list':[{'image_url':'PNG'}]}")
            .json()
            .getJsonObject("result");
    return Map.of(
        "SESSION", clip.getString("session_id"),
        "ELEMENT", String.valueOf(element.getValue("element_id")),
        "VOICE",
            output(
                "{'kind':'custom-voices','input':{'voice_name':'Bo','voice_url':'https://sounds.example.com/a.mp3'}}"),
        "NEWER",
            output(
                "{'kind':'advanced-custom-elements','input':{'element_name':'Ann','element_description':'a girl','reference_type':'image_refer','element_image_list':{'frontal_image':'PNG','refer_images':[{'image_url':'https://img.example.com/a.png'}]}}}"));
  }

  private static String output(String job) {
    Api.Answer accepted = backlot.client().post("/api/v1/jobs", json(job));
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    String id = accepted.json().getString("id");
    Jobs.awaitAll(backlot.client(), List.of(id), "succeeded");
    return backlot.client().job(id).getJsonArray("outputs").getJsonObject(0).getString("id");
  }

  private static final List<String> TABLE =
      List.of(
          "identify-face {'video_url':'https://clips.example.com/a.mp4?seconds=5'}",
          "image-recognize {'image':'PNG'}",
          "tts {'text':'hello','voice_id':'oversea_male1'}",
          "init-selection {'video_url':'https://clips.example.com/a.mp4?seconds=5'}",
          "add-selection {'session_id':'SESSION','frame_index':0,'points':[{'x':0.5,'y':0.5}]}",
          "preview-selection {'session_id':'SESSION'}",
          "delete-selection {'session_id':'SESSION','frame_index':0,'points':[{'x':0.5,'y':0.5}]}",
          "clear-selection {'session_id':'SESSION'}",
          "custom-elements {'element_name':'Ann','element_description':'a girl','element_frontal_image':'PNG','element_refer_list':[{'image_url':'PNG'}]}",
          "delete-elements {'element_id':'ELEMENT'}",
          "delete-advanced-elements {'element_id':'NEWER'}",
          "delete-voices {'voice_id':'VOICE'}",
          "presets-elements {}",
          "advanced-presets-elements {}",
          "presets-voices {'pageNum':1,'pageSize':5}");

  private static String in(String row, Map<String, String> made) {
    String input = row.substring(row.indexOf(' ') + 1);
    for (Map.Entry<String, String> each : made.entrySet()) {
      input = input.replace("'" + each.getKey() + "'", "'" + each.getValue() + "'");
    }
    return input;
  }

  private static String name(String row) {
    return row.substring(0, row.indexOf(' '));
  }

  @Test
  void every_call_of_the_catalog_is_done_by_our_api() {
    Map<String, String> made = made();
    for (String row : TABLE) {
      Api.Answer answer = call(name(row), in(row, made));

      assertThat(answer.status()).as(row + ": " + answer.text()).isEqualTo(200);
      assertThat(answer.text()).doesNotContain(":" + backlot.ports().simulator() + "/");
    }
    assertThat(TABLE)
        .extracting(CallsAtOnceTest::name)
        .containsExactlyInAnyOrderElementsOf(
            CatalogFiles.load().calls().stream().map(CallKind::name).toList());
  }

  @Test
  void every_call_of_the_catalog_is_done_by_klings_api() {
    Map<String, String> made = made();
    for (String row : TABLE) {
      CallKind kind = CatalogFiles.load().call(name(row));
      KlingCaller.Answer answer =
          kind.reads()
              ? kling.get("/kling" + kind.path())
              : kling.post("/kling" + kind.path(), json(in(row, made)));

      assertThat(answer.status()).as(row + ": " + answer.envelope()).isEqualTo(200);
      assertThat(answer.envelope().encode())
          .doesNotContain(":" + backlot.ports().simulator() + "/");
    }
  }

  @Test
  void the_list_has_every_call_newest_first_and_no_answers() {
    String id = speak("hello").json().getString("id");

    JsonArray items = backlot.client().get("/api/v1/calls?limit=5").json().getJsonArray("items");

    assertThat(items.getJsonObject(0).getString("id")).isEqualTo(id);
    assertThat(items.getJsonObject(0).containsKey("result")).isFalse();
  }

  @Test
  void an_unknown_call_says_which_there_are() {
    Api.Answer unknown = call("sing", "{}");

    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().getString("detail")).contains("identify-face");
  }
}
