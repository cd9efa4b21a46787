package dev.backlot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the paths of the newer dialect refuse, and what they take just short of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PathRulesTest {
  private static final String T2V = "/text-to-video/";
  private static final String I2V = "/image-to-video/";
  private static final String OMNI = "/omni-video/";

  /** What a row of contents may hold, by a short name. */
  private static final Map<String, String> PIECES =
      Map.of(
          "prompt", "{'type':'prompt','text':'a paper boat'}",
          "first", "{'type':'first_frame','url':'https://img.example/a.png'}",
          "last", "{'type':'last_frame','url':'https://img.example/b.png'}",
          "refer", "{'type':'refer_image','url':'https://img.example/c.png'}",
          "feature", "{'type':'feature_video','url':'https://vid.example/a.mp4'}",
          "base", "{'type':'base_video','url':'https://vid.example/b.mp4'}",
          "element", "{'type':'element','element_id':'161','id':'element-%d'}",
          "voice", "{'type':'voice','voice_id':'7','id':'voice-%d'}");

  private final RunningSimulator simulator =
      new RunningSimulator(RunningSimulator.config().withSlots(1_000));

  @AfterAll
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kling-3.0-turbo | 'resolution':'4k' | model/resolution(kling-3.0-turbo/4k) is not supported",
        "kling-3.0-turbo | 'audio':'native' | model/audio(kling-3.0-turbo/native) is not supported",
        "kling-3.0-turbo | 'multi_shot':true "
            + "| model/multi_shot(kling-3.0-turbo/true) is not supported",
        "kling-3.0-turbo | 'duration':2 | model/duration(kling-3.0-turbo/2) is not supported",
        "kling-3.0 | 'duration':16 | model/duration(kling-3.0/16) is not supported",
        "kling-3.0 | 'duration':'5' | settings.duration must be an integer",
        "kling-3.0 | 'duration':5.5 | settings.duration must be an integer",
        "kling-3.0 | 'resolution':'std' | model/resolution(kling-3.0/std) is not supported",
        "kling-3.0 | 'audio':'original' | model/audio(kling-3.0/original) is not supported",
        "kling-3.0 | 'multi_shot':'yes' | settings.multi_shot must be true or false",
        "kling-3.0 | 'aspect_ratio':'4:3' | model/aspect_ratio(kling-3.0/4:3) is not supported",
        "kling-2.6 | 'resolution':'4k' | model/resolution(kling-2.6/4k) is not supported",
        "kling-2.6 | 'duration':7 | model/duration(kling-2.6/7) is not supported",
        "kling-2.6 | 'multi_shot':true | model/multi_shot(kling-2.6/true) is not supported",
        "kling-2.6 | 'audio':'native' "
            + "| model/resolution(kling-2.6/720p) is not supported with audio native",
        "kling-2.5-turbo | 'audio':'off' | model/audio(kling-2.5-turbo/off) is not supported",
        "kling-2.5-turbo | 'duration':3 | model/duration(kling-2.5-turbo/3) is not supported",
      })
  void a_setting_that_a_text_model_does_not_have_is_named(
      String model, String settings, String message) {
    JsonObject body = new JsonObject().put("prompt", "a paper boat");

    assertRefused(T2V + model, body.put("settings", json("{" + settings + "}")), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kling-3.0-turbo | first last | | model/contents(kling-3.0-turbo/last_frame) is not supported",
        "kling-3.0-turbo | prompt | | contents must hold a first_frame",
        "kling-3.0 | last | | last_frame is not supported without first_frame",
        "kling-3.0 | first first | | model/contents(kling-3.0/first_frame) cannot exceed 1",
        "kling-3.0 | first element element element element | "
            + "| model/contents(kling-3.0/element) cannot exceed 3",
        "kling-3.0 | first voice | | model/contents(kling-3.0/voice) is not supported",
        "kling-3.0 | first refer | | model/contents(kling-3.0/refer_image) is not supported",
        "kling-3.0 | first | 'aspect_ratio':'16:9' "
            + "| model/aspect_ratio(kling-3.0/16:9) is not supported",
        "kling-3.0 | | | contents must hold 1 to 64 elements",
        "kling-2.6 | first last | "
            + "| model/resolution(kling-2.6/720p) is not supported with last_frame",
        "kling-2.6 | first last | 'resolution':'1080p','audio':'native' "
            + "| model/audio(kling-2.6/native) is not supported with last_frame",
        "kling-2.6 | first voice | 'resolution':'1080p' "
            + "| model/audio(kling-2.6/off) is not supported with voice",
        "kling-2.6 | first voice voice voice | 'resolution':'1080p','audio':'native' "
            + "| model/contents(kling-2.6/voice) cannot exceed 2",
        "kling-2.6 | first | 'audio':'native' "
            + "| model/resolution(kling-2.6/720p) is not supported with audio native",
        "kling-2.6 | first element | | model/contents(kling-2.6/element) is not supported",
        "kling-2.5-turbo | first last | "
            + "| model/resolution(kling-2.5-turbo/720p) is not supported with last_frame",
      })
  void what_an_image_model_does_not_take_is_named(
      String model, String contents, String settings, String message) {
    assertRefused(I2V + model, body(contents, settings), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kling-3.0 | first last element element element | 'audio':'native','resolution':'4k'",
        "kling-3.0 | first last prompt | 'multi_shot':true,'duration':15",
        "kling-2.6 | first last | 'resolution':'1080p'",
        "kling-2.6 | first voice voice | 'resolution':'1080p','audio':'native'",
        "kling-2.5-turbo | first last | 'resolution':'1080p','duration':10",
      })
  void what_an_image_model_takes_is_accepted(String model, String contents, String settings) {
    assertThat(simulator.create(I2V + model, body(contents, settings)).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kling-3.0-omni | prompt | | aspect_ratio is required without first_frame and video",
        "kling-3.0-omni | last | | last_frame is not supported without first_frame",
        "kling-3.0-omni | base feature | "
            + "| feature_video and base_video cannot exceed 1 in total",
        "kling-3.0-omni | refer refer refer refer refer element element element "
            + "| 'aspect_ratio':'1:1' | refer_image and element cannot exceed 7 in total",
        "kling-3.0-omni | base refer refer refer refer refer | "
            + "| refer_image and element cannot exceed 4 in total with video input",
        "kling-3.0-omni | first element element element element | "
            + "| element cannot exceed 3 with first_frame",
        "kling-3.0-omni | feature | | multi_shot must be true with feature_video",
        "kling-3.0-omni | feature | 'multi_shot':true,'audio':'native' "
            + "| model/audio(kling-3.0-omni/native) is not supported with feature_video",
        "kling-3.0-omni | feature | 'multi_shot':true,'audio':'original' "
            + "| model/audio(kling-3.0-omni/original) is not supported with feature_video",
        "kling-3.0-omni | base first | | base_video is not supported with first_frame",
        "kling-3.0-omni | base | 'multi_shot':true | base_video is not supported with multi_shot",
        "kling-3.0-omni | base | 'audio':'native' "
            + "| model/audio(kling-3.0-omni/native) is not supported with base_video",
        "kling-o1 | first | 'audio':'native' | model/audio(kling-o1/native) is not supported",
        "kling-o1 | first | 'resolution':'4k' | model/resolution(kling-o1/4k) is not supported",
        "kling-o1 | first refer | 'duration':11 | model/duration(kling-o1/11) is not supported",
        "kling-o1 | first | 'duration':3 "
            + "| model/duration(kling-o1/3) is not supported with first_frame alone",
        "kling-o1 | first last refer | "
            + "| model(kling-o1) with last_frame is not supported with refer_image or element",
        "kling-o1 | base last first | | base_video is not supported with first_frame",
        "kling-o1 | feature | 'multi_shot':true "
            + "| model/multi_shot(kling-o1/true) is not supported",
      })
  void what_an_omni_model_does_not_take_is_named(
      String model, String contents, String settings, String message) {
    assertRefused(OMNI + model, body(contents, settings), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kling-3.0-omni | prompt | 'aspect_ratio':'9:16','audio':'native'",
        "kling-3.0-omni | refer refer refer refer element element element | 'aspect_ratio':'1:1'",
        "kling-3.0-omni | first last element element element |",
        "kling-3.0-omni | feature refer element | 'multi_shot':true",
        "kling-3.0-omni | base refer refer refer refer | 'audio':'original'",
        "kling-o1 | first refer | 'duration':3",
        "kling-o1 | first last | 'duration':3",
        "kling-o1 | first | 'duration':10,'multi_shot':false",
        "kling-o1 | feature | 'audio':'original'",
      })
  void what_an_omni_model_takes_is_accepted(String model, String contents, String settings) {
    assertThat(simulator.create(OMNI + model, body(contents, settings)).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'image','url':'https://a'} | model/contents(kling-3.0/image) is not supported",
        "{'type':'first_frame'} | contents.url is missing or invalid",
        "{'type':'first_frame','url':'data:image/png;base64,iVBO'} "
            + "| File is not in a valid base64 format",
        "{'type':'element','element_id':161,'id':'a'} | contents.element_id must be a string",
        "{'type':'element','element_id':'161'} | contents.id is missing or invalid",
        "{'type':'element','id':'a'} | contents.element_id is missing or invalid",
        "7 | contents must hold objects",
      })
  void a_content_that_is_not_whole_is_refused(String content, String message) {
    assertRefused(I2V + "kling-3.0", contents(content), message);
  }

  @Test
  void two_contents_of_one_name_are_refused() {
    String frame = "{'type':'first_frame','url':'https://img.example/a.png','id':'a'}";

    assertRefused(
        I2V + "kling-3.0",
        contents(frame + ",{'type':'element','element_id':'161','id':'a'}"),
        "contents.id(a) is not unique");
  }

  @Test
  void a_video_comes_by_address_only() {
    assertRefused(
        OMNI + "kling-o1",
        contents("{'type':'base_video','url':'AAAA'}"),
        "contents.url is missing or invalid");
  }

  @ParameterizedTest
  @CsvSource({
    "kling-3.0-turbo, 3072",
    "kling-3.0, 3072",
    "kling-2.6, 2500",
    "kling-2.5-turbo, 2500"
  })
  void a_prompt_has_the_length_of_its_model(String model, int most) {
    JsonObject body = new JsonObject().put("prompt", "p".repeat(most));

    assertThat(simulator.create(T2V + model, body).code()).isZero();
    assertRefused(
        T2V + model,
        body.put("prompt", "p".repeat(most + 1)),
        "prompt must not exceed " + most + " characters");
  }

  @Test
  void a_prompt_among_the_contents_has_the_length_of_its_model() {
    String long2500 = "{'type':'prompt','text':'" + "p".repeat(2_501) + "'}";

    assertRefused(
        OMNI + "kling-o1", contents(long2500), "contents.text must not exceed 2500 characters");
  }

  @Test
  void words_are_needed_where_nothing_else_is_given() {
    assertRefused(T2V + "kling-3.0", new JsonObject(), "prompt must not be empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "shot 1, 3, a boat; shot 2, 2, a bridge; |",
        "a boat, then a bridge |",
        "shot 1, 3, a boat; shot 2, 3, a bridge "
            + "| the durations of the shots must add up to duration",
        "shot 1, 3, a boat; shot 3, 2, a bridge | the shots of prompt are invalid",
        "shot 1, 0, a boat; shot 2, 5, a bridge | the shots of prompt are invalid",
        "shot 1, a boat | the shots of prompt are invalid",
        "shot 1, 1, a; shot 2, 1, b; shot 3, 1, c; shot 4, 1, d; shot 5, 1, e; shot 6, 1, f; "
            + "shot 7, 1, g | prompt must hold 1 to 6 shots",
      })
  void shots_are_written_into_the_prompt(String prompt, String message) {
    JsonObject settings = new JsonObject().put("multi_shot", true);
    JsonObject body = new JsonObject().put("prompt", prompt);

    Answer kling3 = simulator.create(T2V + "kling-3.0", body.copy().put("settings", settings));
    Answer turbo = simulator.create(T2V + "kling-3.0-turbo", body);

    assertThat(kling3.message()).isEqualTo(message == null ? "SUCCEED" : message);
    assertThat(turbo.message()).isEqualTo(kling3.message());
  }

  private void assertRefused(String path, JsonObject body, String message) {
    Answer answer = simulator.create(path, body);

    assertThat(answer.message()).isEqualTo(message);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.json().containsKey("data")).isFalse();
  }

  private static JsonObject body(String names, String settings) {
    JsonArray contents = new JsonArray();
    for (String name : names == null ? new String[0] : names.split(" ", -1)) {
      contents.add(json(PIECES.getOrDefault(name, name).formatted(contents.size())));
    }
    JsonObject given = settings == null ? new JsonObject() : json("{" + settings + "}");
    return new JsonObject().put("contents", contents).put("settings", given);
  }

  private static JsonObject contents(String elements) {
    return new JsonObject().put("contents", json("{'a':[" + elements + "]}").getJsonArray("a"));
  }

  private static JsonObject json(String quoted) {
    return new JsonObject(quoted.replace('\'', '"'));
  }
}
