package dev.backlot.simulator;

import static dev.backlot.simulator.CallsTest.FACES;
import static dev.backlot.simulator.CallsTest.SPEECH;
import static dev.backlot.simulator.CallsTest.clip;
import static dev.backlot.simulator.CallsTest.json;
import static dev.backlot.simulator.CallsTest.speech;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.Section;
import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorQuirks;
import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Creates that go on with what a call has opened. */
class SessionsTest {
  private static final String LIPS = "/v1/videos/advanced-lip-sync";
  private static final String ELEMENTS = "/v1/videos/multi-elements";

  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void lips_move_in_the_clip_of_a_session() {
    String id = created(simulator, LIPS, lips(faces("?seconds=12"), 0, 3_000, 1_000));
    simulator.finishRendering();
    simulator.advance(Duration.ofMinutes(10));

    JsonObject task = simulator.get(LIPS + "/" + id).data();
    assertThat(task.getString("task_status")).isEqualTo("succeed");
    assertThat(task.getString("final_unit_deduction")).isEqualTo("1.5");
  }

  @Test
  void speech_moves_lips() {
    JsonObject spoken = simulator.post(SPEECH, speech()).data();
    String sound =
        spoken.getJsonObject("task_result").getJsonArray("audios").getJsonObject(0).getString("id");
    JsonObject body = lips(faces(""), 0, 3_000, 0);
    JsonObject face = body.getJsonArray("face_choose").getJsonObject(0);
    face.remove("sound_file");
    face.put("audio_id", sound);

    assertThat(simulator.create(LIPS, body).code()).isZero();
    face.put("sound_end_time", 3_001);
    assertThat(simulator.create(LIPS, body).message())
        .isEqualTo("sound_end_time must not be after the end of the sound");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2000, 0",
    "1000, 3000, 2800",
    "0, 5000, 0",
  })
  void a_cut_that_overlaps_the_face_for_two_seconds_is_taken(int start, int end, int insert) {
    assertThat(simulator.create(LIPS, lips(faces(""), start, end, insert)).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2000, 2801, the sound must overlap the time of the face by at least 2 s",
    "0, 2000, 3001, the sound must not end after the video",
    "0, 5001, 0, the sound must not end after the video",
  })
  void a_cut_that_misses_the_face_or_the_clip_is_refused(
      int start, int end, int insert, String message) {
    assertRefused(simulator.create(LIPS, lips(faces(""), start, end, insert)), message);
  }

  @Test
  void a_face_that_nobody_has_seen_is_refused() {
    JsonObject body = lips(faces("?faces=2"), 0, 3_000, 1_000);
    body.getJsonArray("face_choose").getJsonObject(0).put("face_id", "2");

    assertRefused(simulator.create(LIPS, body), "face not found by id: 2");
  }

  @Test
  void a_session_that_nobody_opened_is_refused() {
    assertRefused(
        simulator.create(LIPS, lips("850508686686064678", 0, 3_000, 0)),
        "session not found by id: 850508686686064678");
  }

  @Test
  void a_session_of_the_other_kind_is_refused() {
    String faces = faces("");

    assertRefused(simulator.create(ELEMENTS, removal(faces)), "session not found by id: " + faces);
    String started = started("");
    assertRefused(
        simulator.create(LIPS, lips(started, 0, 3_000, 0)), "session not found by id: " + started);
  }

  @Test
  void a_session_ends_after_a_day() {
    String session = faces("");
    simulator.advance(Duration.ofHours(24).minusMillis(1));
    assertThat(simulator.create(LIPS, lips(session, 0, 3_000, 0)).code()).isZero();

    simulator.advance(Duration.ofMillis(1));

    assertRefused(
        simulator.create(LIPS, lips(session, 0, 3_000, 0)), "session not found by id: " + session);
  }

  @ParameterizedTest
  @CsvSource({"swap", "removal"})
  void what_is_swapped_or_removed_must_be_marked(String mode) {
    String session = started("");
    JsonObject body = edit(session, mode);

    assertRefused(simulator.create(ELEMENTS, body), "nothing is selected in the session");
    mark(session);
    assertThat(simulator.create(ELEMENTS, body).code()).isZero();
  }

  @Test
  void what_is_added_needs_no_mark() {
    assertThat(simulator.create(ELEMENTS, edit(started(""), "addition")).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"5, 5, true", "2, 5, true", "7, 10, true", "5, 10, false", "10, 5, false"})
  void an_edited_clip_stays_as_long_as_it_was(int seconds, String duration, boolean taken) {
    String session = started("?seconds=" + seconds);

    Answer answer = simulator.create(ELEMENTS, edit(session, "addition").put("duration", duration));

    assertThat(answer.code()).isEqualTo(taken ? 0 : 1201);
  }

  @Test
  void an_edited_clip_names_its_session() {
    String session = started("");
    String id = created(simulator, ELEMENTS, edit(session, "addition"));
    simulator.finishRendering();

    assertThat(simulator.get(ELEMENTS + "/" + id).video().getString("session_id"))
        .isEqualTo(session);
  }

  @Test
  void a_session_that_nobody_opened_can_be_taken_unseen() {
    Map<String, Object> values = Map.of("any-session", true);
    SimulatorQuirks quirks = SimulatorQuirks.from(new Section("quirks", values, true, name -> ""));
    SimulatorConfig config = RunningSimulator.config().withQuirks(quirks);
    try (RunningSimulator lenient = new RunningSimulator(config)) {
      assertThat(lenient.create(LIPS, lips("s-1", 0, 3_000, 0)).code()).isZero();
      assertThat(lenient.create(ELEMENTS, removal("s-1")).code()).isZero();
    }
  }

  private String faces(String query) {
    return simulator.post(FACES, clip(query)).data().getString("session_id");
  }

  private String started(String query) {
    return simulator.post(ELEMENTS + "/init-selection", clip(query)).data().getString("session_id");
  }

  private void mark(String session) {
    JsonObject point = json("{'frame_index':0,'points':[{'x':0.5,'y':0.5}]}");
    assertThat(simulator.post(ELEMENTS + "/add-selection", point.put("session_id", session)).code())
        .isZero();
  }

  private static JsonObject removal(String session) {
    return edit(session, "removal");
  }

  private static JsonObject edit(String session, String mode) {
    JsonObject body = json("{'prompt':'the dog of <<<video_1>>>'}");
    body.put("session_id", session).put("edit_mode", mode);
    return mode.equals("removal")
        ? body
        : body.mergeIn(json("{'image_list':[{'image':'https://img.example/a.png'}]}"));
  }

  private static JsonObject lips(String session, int start, int end, int insert) {
    JsonObject body =
        json("{'face_choose':[{'face_id':'0','sound_file':'https://snd.example/a.mp3'}]}");
    body.getJsonArray("face_choose")
        .getJsonObject(0)
        .put("sound_start_time", start)
        .put("sound_end_time", end)
        .put("sound_insert_time", insert);
    return body.put("session_id", session);
  }

  private static String created(RunningSimulator simulator, String path, JsonObject body) {
    return simulator.create(path, body).data().getString("task_id");
  }

  private static void assertRefused(Answer answer, String message) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo(message);
  }
}
