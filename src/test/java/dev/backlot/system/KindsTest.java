package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.catalog.Pictures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind, in its own dialect, from the quote to the result and the bill: all rows at once, on
 * one process. A kind of the catalog without a row fails.
 */
class KindsTest {
  private static final String CLIP = "video/mp4";
  private static final String STILL = "image/png";
  private static final String MP3 = "audio/mpeg";
  private static final String WAV = "audio/wav";

  /** A result that is no file. */
  private static final String THING = "";

  /**
   * What later rows use, by the word that they have for it. Made first.
   *
   * @param body of the job; {@code '} stands for {@code "} and PNG for a picture
   * @param files content types of its results
   */
  private record Row(String body, List<String> files) {
    String kind() {
      return body.substring(body.indexOf(":'") + 2, body.indexOf("',"));
    }

    @Override
    public String toString() {
      return body;
    }
  }

  private static Row row(String body, String... files) {
    return new Row(body, List.of(files));
  }

  private static final Map<String, Row> SOURCES =
      Map.of(
          "VIDEO",
          row(
              "{'kind':'text2video','input':{'prompt':'p','model_name':'kling-v3','mode':'pro','sound':'on'}}",
              CLIP),
          "AUDIO",
          row("{'kind':'text-to-audio','input':{'prompt':'waves','duration':3.5}}", MP3, WAV),
          "VOICE",
          row(
              "{'kind':'custom-voices','input':{'voice_name':'Bo','voice_url':'https://sounds.example.com/a.mp3'}}",
              MP3),
          "ELEMENT",
          row(
              "{'kind':'advanced-custom-elements','input':{'element_name':'Ann','element_description':'a girl','reference_type':'image_refer','element_image_list':{'frontal_image':'PNG','refer_images':[{'image_url':'https://img.example.com/a.png'}]},'tag_list':[{'tag_id':'o_102'}]}}",
              THING));

  private static final List<Row> ROWS =
      List.of(
          row("{'kind':'text2video','input':{'prompt':'p [sim:status=reviewing]'}}", CLIP),
          row("{'kind':'text2video','input':{'prompt':'p [sim:status=]'}}", CLIP),
          row(
              "{'kind':'text2video','input':{'prompt':'<<<voice_1>>> p','mode':'pro','sound':'on','voice_list':[{'voice_id':'VOICE'}]}}",
              CLIP),
          row(
              "{'kind':'image2video','input':{'prompt':'p','image':'data:image/png;base64,PNG'}}",
              CLIP),
          row(
              "{'kind':'image2video','input':{'prompt':'p','model_name':'kling-v3','image':'PNG','element_list':[{'element_id':ELEMENT}]}}",
              CLIP),
          row(
              "{'kind':'multi-image2video','input':{'prompt':'p','image_list':[{'image':'PNG'},{'image':'PNG'}],'duration':'10'}}",
              CLIP),
          row(
              "{'kind':'omni-video-v1','input':{'prompt':'turn <<<video_1>>> red','model_name':'kling-v3-omni','video_list':[{'video_url':'https://clips.example.com/a.mp4','refer_type':'base','keep_original_sound':'yes'}]}}",
              CLIP),
          row(
              "{'kind':'motion-control-v1','input':{'image_url':'PNG','video_url':'https://clips.example.com/a.mp4?seconds=7','character_orientation':'image','mode':'std'}}",
              CLIP),
          row("{'kind':'video-extend','input':{'video_id':'VIDEO','prompt':'go on'}}", CLIP),
          row(
              "{'kind':'lip-sync','input':{'input':{'video_id':'VIDEO','mode':'text2video','text':'hello','voice_id':'oversea_male1','voice_language':'en'}}}",
              CLIP),
          row(
              "{'kind':'advanced-lip-sync','input':{'session_id':'FACES','face_choose':[{'face_id':'0','audio_id':'AUDIO','sound_start_time':0,'sound_end_time':3000,'sound_insert_time':0}]}}",
              CLIP),
          row("{'kind':'avatar','input':{'image':'PNG','audio_id':'AUDIO','mode':'pro'}}", CLIP),
          row(
              "{'kind':'effects','input':{'effect_scene':'hug_pro','input':{'images':['PNG','PNG']}}}",
              CLIP),
          row(
              "{'kind':'multi-elements','input':{'session_id':'SELECTION','edit_mode':'swap','image_list':[{'image':'PNG'}],'prompt':'swap the car in <<<video_1>>>'}}",
              CLIP),
          row(
              "{'kind':'video-to-audio','input':{'video_id':'VIDEO','bgm_prompt':'a flute'}}",
              CLIP,
              MP3,
              WAV),
          row("{'kind':'images','input':{'prompt':'p','n':3}}", STILL, STILL, STILL),
          row(
              "{'kind':'images','input':{'prompt':'p','model_name':'kling-v3','image':'PNG'}}",
              STILL),
          row(
              "{'kind':'omni-image','input':{'prompt':'p','result_type':'series','series_amount':3}}",
              STILL,
              STILL,
              STILL),
          row(
              "{'kind':'omni-image','input':{'prompt':'p','result_type':'series','series_amount':'auto','resolution':'4k'}}",
              STILL,
              STILL,
              STILL,
              STILL),
          row(
              "{'kind':'multi-image2image','input':{'prompt':'p','subject_image_list':[{'subject_image':'PNG'}],'n':2}}",
              STILL,
              STILL),
          row(
              "{'kind':'expand','input':{'image':'PNG','left_expansion_ratio':0.5,'right_expansion_ratio':0.5}}",
              STILL),
          row("{'kind':'try-on','input':{'human_image':'PNG','cloth_image':'PNG'}}", STILL),
          row(
              "{'kind':'ai-multi-shot','input':{'element_frontal_image':'PNG'}}",
              STILL,
              STILL,
              STILL,
              STILL,
              STILL,
              STILL,
              STILL,
              STILL,
              STILL),
          row("{'kind':'custom-voices','input':{'voice_name':'Ed','video_id':'VIDEO'}}", MP3),
          row(
              "{'kind':'text-to-video','model':'kling-3.0-turbo','input':{'prompt':'p','settings':{'duration':3}}}",
              CLIP),
          row(
              "{'kind':'image-to-video','model':'kling-3.0','input':{'contents':[{'type':'first_frame','url':'PNG'},{'type':'prompt','text':'@Ann p'},{'type':'element','element_id':'ELEMENT','id':'Ann'}]}}",
              CLIP),
          row(
              "{'kind':'omni-video','input':{'contents':[{'type':'base_video','url':'https://clips.example.com/a.mp4'},{'type':'prompt','text':'p'}]}}",
              CLIP),
          row(
              "{'kind':'motion-control','model':'kling-3.0','input':{'contents':[{'type':'image','url':'PNG'},{'type':'video','url':'https://clips.example.com/a.mp4?seconds=12'}],'settings':{'character_orientation':'video'}}}",
              CLIP));

  @TempDir static Path directory;
  private static final Map<Row, JsonObject> QUOTES = new HashMap<>();
  private static final Map<Row, String> JOBS = new HashMap<>();
  private static final Map<String, String> MADE = new HashMap<>();
  private static BacklotProcess backlot;

  @BeforeAll
  static void run() {
    backlot = BacklotProcess.start(directory, Map.of());
    SOURCES.values().forEach(KindsTest::submit);
    SOURCES.forEach(
        (word, row) -> {
          JsonObject made = ended(row);
          MADE.put(word, made.getJsonArray("outputs").getJsonObject(0).getString("id"));
        });
    MADE.put("FACES", session("identify-face"));
    MADE.put("SELECTION", session("init-selection"));
    call(
        "add-selection",
        "{'session_id':'SELECTION','frame_index':0,'points':[{'x':0.5,'y':0.5}]}"
            .replace("SELECTION", MADE.getOrDefault("SELECTION", "")));
    ROWS.forEach(KindsTest::submit);
    ROWS.forEach(KindsTest::ended);
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  private static String session(String call) {
    return call(call, "{'video_id':'" + MADE.get("VIDEO") + "'}").getString("session_id");
  }

  private static JsonObject call(String name, String input) {
    Api.Answer answer =
        backlot
            .client()
            .post("/api/v1/calls/" + name, ("{'input':" + input + "}").replace('\'', '"'));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().getJsonObject("result");
  }

  private static void submit(Row row) {
    String body = row.body().replace('\'', '"').replace("PNG", Pictures.png(320, 320));
    for (Map.Entry<String, String> made : MADE.entrySet()) {
      body = body.replace(made.getKey(), made.getValue());
    }
    QUOTES.put(row, backlot.client().post("/api/v1/quotes", body).json());
    Api.Answer accepted = backlot.client().post("/api/v1/jobs", body);
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    JOBS.put(row, accepted.json().getString("id"));
  }

  private static JsonObject ended(Row row) {
    Eventually.until(
        "the job ended: " + row,
        Duration.ofSeconds(60),
        () -> !job(row).getString("state").matches("queued|submitting|running"));
    return job(row);
  }

  private static JsonObject job(Row row) {
    return backlot.client().job(Objects.requireNonNull(JOBS.get(row)));
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>(SOURCES.values());
    rows.addAll(ROWS);
    return rows;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void what_was_quoted_is_made(Row row) {
    JsonObject job = job(row);

    assertThat(job.getString("state")).as(job.encodePrettily()).isEqualTo("succeeded");
    JsonArray outputs = job.getJsonArray("outputs");
    assertThat(outputs).hasSameSizeAs(row.files());
    for (int n = 0; n < row.files().size(); n++) {
      String url = outputs.getJsonObject(n).getString("url");
      if (row.files().get(n).equals(THING)) {
        assertThat(url).isNull();
        continue;
      }
      Api.Answer file = backlot.client().get(url);
      assertThat(file.status()).isEqualTo(200);
      assertThat(file.header("content-type")).isEqualTo(row.files().get(n));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void what_was_quoted_is_what_it_costs_or_the_most(Row row) {
    BigDecimal charged = new BigDecimal(job(row).getString("charged"));
    JsonObject quote = Objects.requireNonNull(QUOTES.get(row));
    BigDecimal quoted = new BigDecimal(quote.getString("cost"));

    if (quote.getBoolean("up_to")) {
      assertThat(charged).isPositive().isLessThanOrEqualTo(quoted);
    } else {
      assertThat(charged).isEqualByComparingTo(quoted);
    }
  }

  @Test
  void the_books_agree_with_the_simulators() {
    new Books(backlot).assertExact();
  }

  @Test
  void every_kind_of_the_catalog_has_a_row() {
    Set<String> kinds = new HashSet<>();
    backlot.client().get("/api/v1/kinds").json().getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .forEach(kind -> kinds.add(kind.getString("kind")));

    assertThat(rows()).extracting(Row::kind).containsAll(kinds);
  }

  @Test
  void what_nobody_made_is_no_input() {
    Api.Answer refused =
        backlot
            .client()
            .post(
                "/api/v1/jobs",
                "{\"kind\":\"video-extend\",\"input\":{\"video_id\":\"867283741759111202\"}}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("field")).isEqualTo("/input/video_id");
  }

  @Test
  void nothing_of_the_providers_is_shown() {
    for (Row row : rows()) {
      for (Object output : job(row).getJsonArray("outputs")) {
        assertThat(((JsonObject) output).encode()).doesNotContain("theirs", "place");
      }
    }
  }
}
