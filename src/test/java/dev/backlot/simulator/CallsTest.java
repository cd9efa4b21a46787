package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.TEXT;
import static dev.backlot.simulator.RunningSimulator.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are answered at once: faces, speech and the parts of an image. */
class CallsTest {
  static final String FACES = "/v1/videos/identify-face";
  static final String SPEECH = "/v1/audio/tts";
  static final String PARTS = "/v1/videos/image-recognize";

  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  static JsonObject json(String quoted) {
    return new JsonObject(quoted.replace('\'', '"'));
  }

  static JsonObject speech() {
    return json("{'text':'hello there','voice_id':'oversea_male1','voice_language':'en'}");
  }

  static JsonObject clip(String query) {
    return new JsonObject().put("video_url", "https://vid.example/in.mp4" + query);
  }

  @Test
  void faces_come_with_a_session_and_the_time_they_are_seen() {
    JsonObject data = simulator.post(FACES, clip("?seconds=10&faces=2")).data();

    assertThat(data.getString("session_id")).isNotBlank();
    assertThat(data.getString("final_unit_deduction")).isEqualTo("0.05");
    JsonArray faces = data.getJsonArray("face_data");
    assertThat(faces).hasSize(2);
    JsonObject second = faces.getJsonObject(1);
    assertThat(second.getString("face_id")).isEqualTo("1");
    assertThat(second.getInteger("start_time")).isEqualTo(1_000);
    assertThat(second.getInteger("end_time")).isEqualTo(9_800);
    assertThat(simulator.fetch(second.getString("face_image")).status()).isEqualTo(200);
  }

  @Test
  void a_clip_of_our_own_is_looked_at_by_its_id() {
    String id = simulator.accepted(body("ord-1"));
    simulator.finishRendering();
    String clip = simulator.query(id).video().getString("id");

    JsonObject data = simulator.post(FACES, new JsonObject().put("video_id", clip)).data();

    assertThat(data.getJsonArray("face_data").getJsonObject(0).getInteger("end_time"))
        .isEqualTo(4_800);
  }

  @Test
  void a_clip_may_show_nobody() {
    JsonObject data = simulator.post(FACES, clip("?faces=0")).data();

    assertThat(data.getJsonArray("face_data")).isEmpty();
  }

  @Test
  void a_text_is_spoken_at_once() {
    JsonObject data = simulator.post(SPEECH, speech()).data();

    assertThat(data.getString("task_id")).matches("[0-9]{18}");
    assertThat(data.getString("task_status")).isEqualTo("succeed");
    assertThat(data.getString("task_status_msg")).isEmpty();
    assertThat(data.getString("final_unit_deduction")).isEqualTo("0.05");
    assertThat(data.getLong("created_at")).isEqualTo(data.getLong("updated_at"));
    JsonObject sound = sound(data);
    assertThat(sound.getString("duration")).isEqualTo("3.02");
    Answer file = simulator.fetch(sound.getString("url"));
    assertThat(file.raw().headers().firstValue("content-type")).contains("audio/mpeg");
  }

  @ParameterizedTest
  @CsvSource({"1.0, 84.02", "2.0, 42.02", "0.8, 105.02"})
  void a_sound_is_as_long_as_its_text_at_its_speed(double speed, String duration) {
    JsonObject text = speech().put("text", "x".repeat(1_000)).put("voice_speed", speed);

    JsonObject sound = sound(simulator.post(SPEECH, text).data());

    assertThat(sound.getString("duration")).isEqualTo(duration);
  }

  @Test
  void speech_is_a_sound_for_later_tasks() {
    String sound = sound(simulator.post(SPEECH, speech()).data()).getString("id");
    JsonObject avatar =
        new JsonObject().put("image", "https://img.example/a.png").put("audio_id", sound);

    assertThat(simulator.create("/v1/videos/avatar/image2video", avatar).code()).isZero();
  }

  @Test
  void speech_is_no_task_for_anybody_who_asks() {
    String id = simulator.post(SPEECH, speech()).data().getString("task_id");

    assertThat(simulator.get(SPEECH + "/" + id).code()).isEqualTo(1203);
    assertThat(simulator.get(TEXT + "/" + id).code()).isEqualTo(1201);
    assertThat(simulator.get("/tasks?task_ids=" + id).list()).isEmpty();
    assertThat(simulator.post("/tasks", new JsonObject()).data().getJsonArray("result")).isEmpty();
    assertThat(simulator.tasks()).isEmpty();
  }

  @Test
  void the_parts_of_an_image_are_files() {
    JsonObject image = new JsonObject().put("image", "https://img.example/a.png");

    JsonObject data = simulator.post(PARTS, image).data();

    assertThat(data.getString("final_unit_deduction")).isEqualTo("0.1");
    JsonArray parts = data.getJsonObject("task_result").getJsonArray("images");
    assertThat(parts.stream().map(part -> ((JsonObject) part).getString("type")))
        .containsExactly("object_seg", "head_seg", "face_seg", "cloth_seg");
    JsonObject last = parts.getJsonObject(3);
    assertThat(last.getBoolean("is_contain")).isTrue();
    assertThat(simulator.fetch(last.getString("url")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "identify-face | {} | video_id and video_url must not both be empty",
        "identify-face | {'video_url':''} | video_id and video_url must not both be empty",
        "identify-face | {'video_url':'in.mp4'} | video_url must be an http or https address",
        "identify-face | {'video_url':7} | video_url must be a string",
        "identify-face | {'video_id':'867283741759111202'} "
            + "| clip not found by id: 867283741759111202",
        "identify-face | {'video_url':'https://vid.example/a.mp4?seconds=1'} "
            + "| the duration must be 2 to 60 s",
        "identify-face | {'video_url':'https://vid.example/a.mp4?seconds=61'} "
            + "| the duration must be 2 to 60 s",
        "tts | {'voice_id':'oversea_male1'} | text must not be empty",
        "tts | {'text':'hi'} | voice_id must not be empty",
        "tts | {'text':'hi','voice_id':'829824295735410756'} | Voice id not found",
        "tts | {'text':'hi','voice_id':'oversea_male1','voice_language':'fr'} "
            + "| voice_language(fr) is not supported",
        "tts | {'text':'hi','voice_id':'oversea_male1','voice_speed':2.1} "
            + "| voice_speed must be between 0.8 and 2.0",
        "tts | {'text':'hi','voice_id':'oversea_male1','voice_speed':'1'} "
            + "| voice_speed must be between 0.8 and 2.0",
        "image-recognize | {} | image must not be empty",
        "image-recognize | {'image':'data:image/png;base64,iVBO'} "
            + "| File is not in a valid base64 format",
      })
  void what_a_call_cannot_be_is_refused(String call, String body, String message) {
    Answer answer = simulator.post(path(call), json(body));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo(message);
    assertThat(simulator.callUse(call).refused()).containsEntry(1201, 1L);
  }

  @Test
  void a_text_that_is_too_long_is_refused() {
    Answer answer = simulator.post(SPEECH, speech().put("text", "x".repeat(1_001)));

    assertThat(answer.message()).isEqualTo("text must not exceed 1000 characters");
  }

  @Test
  void a_custom_voice_is_none_of_those_that_speak() {
    JsonObject voice = json("{'voice_name':'Bo','voice_url':'https://snd.example/a.mp3'}");
    String id = simulator.create("/v1/general/custom-voices", voice).data().getString("task_id");
    simulator.finishRendering();
    JsonObject made = simulator.get("/v1/general/custom-voices/" + id).data();
    JsonObject first = made.getJsonObject("task_result").getJsonArray("voices").getJsonObject(0);

    Answer answer = simulator.post(SPEECH, speech().put("voice_id", first.getString("voice_id")));

    assertThat(answer.message()).isEqualTo("Voice id not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {FACES, SPEECH, PARTS})
  void a_stranger_is_refused(String path) {
    Answer answer = simulator.send(simulator.anonymous(path).POST(BodyPublishers.ofString("{}")));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo(1001);
  }

  @Test
  void what_is_not_json_is_refused() {
    Answer answer = simulator.send(simulator.api(SPEECH).POST(BodyPublishers.ofString("text=hi")));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1200);
  }

  @Test
  void calls_have_books_and_bills_of_their_own() {
    simulator.post(SPEECH, speech());
    simulator.post(SPEECH, speech());
    simulator.post(SPEECH, speech().put("voice_id", "nobody"));

    Books books = simulator.books();
    Books.CallUse use = simulator.callUse("tts");
    assertThat(use.received()).isEqualTo(3);
    assertThat(use.done()).isEqualTo(2);
    assertThat(use.billed()).isEqualByComparingTo("0.1");
    assertThat(books.received()).isZero();
    assertThat(books.accepted()).isZero();
    assertThat(books.succeeded()).isZero();
    assertThat(books.slots()).isEmpty();
    assertThat(books.billed()).isEqualByComparingTo("0.1");
    assertThat(books.requests()).containsEntry("call tts", 3L);
  }

  @Test
  void the_control_endpoint_tells_each_call() {
    simulator.post(SPEECH, speech());
    String session = simulator.post(FACES, clip("")).data().getString("session_id");

    JsonObject books = simulator.send(simulator.control("/books").GET()).json();
    JsonArray calls =
        simulator.send(simulator.control("/books/calls").GET()).json().getJsonArray("items");

    assertThat(books.getJsonObject("calls").getJsonObject("tts"))
        .isEqualTo(
            json("{'received':1,'done':1,'refused':{},'dropped':0,'late':0,'billed':'0.05'}"));
    assertThat(calls).hasSize(2);
    JsonObject face = calls.getJsonObject(1);
    assertThat(face.getString("call_id")).isEqualTo(session);
    assertThat(face.getString("call")).isEqualTo("identify-face");
    assertThat(face.getString("billed")).isEqualTo("0.05");
  }

  @Test
  void every_charged_call_is_a_row_of_the_billing_export() {
    String task = simulator.post(SPEECH, speech()).data().getString("task_id");
    simulator.post(PARTS, new JsonObject().put("image", "https://img.example/a.png"));

    JsonArray rows =
        simulator
            .post("/account/billing/package", json("{'start_time':0,'end_time':9000000000000}"))
            .data()
            .getJsonObject("result")
            .getJsonArray("detail");

    assertThat(rows).hasSize(2);
    JsonObject speech = rows.getJsonObject(1);
    assertThat(speech.getString("task_id")).isEqualTo(task);
    assertThat(speech.getString("product_function")).isEqualTo("tts");
    assertThat(speech.getString("deduction_amount")).isEqualTo("0.05");
    JsonObject image = rows.getJsonObject(0);
    assertThat(image.getString("task_id")).matches("[0-9]{18}").isNotEqualTo(task);
    assertThat(image.getString("product_function")).isEqualTo("image-recognize");
    assertThat(image.getString("deduction_amount")).isEqualTo("0.1");
  }

  @Test
  void a_used_up_pack_pays_for_no_call() {
    try (RunningSimulator poor =
        new RunningSimulator(RunningSimulator.config().withPackUnits(BigDecimal.ZERO))) {
      Answer answer = poor.post(SPEECH, speech());

      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.code()).isEqualTo(1102);
    }
  }

  @Test
  void an_account_that_pays_cash_is_told_so() {
    try (RunningSimulator cash = new RunningSimulator(RunningSimulator.config().withCash())) {
      JsonObject data = cash.post(SPEECH, speech()).data();

      assertThat(data.containsKey("final_unit_deduction")).isFalse();
      assertThat(data.getJsonObject("final_balance_deduction").getString("list_price"))
          .isEqualTo("0.007");
    }
  }

  private static String path(String call) {
    return Product.named(call).path();
  }

  private static JsonObject sound(JsonObject data) {
    return data.getJsonObject("task_result").getJsonArray("audios").getJsonObject(0);
  }
}
