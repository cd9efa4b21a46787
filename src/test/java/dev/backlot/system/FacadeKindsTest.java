package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Pictures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every create, query and list of both dialects, as the reference has them, by a client that knows
 * nothing of us. All rows at once, on one process.
 */
class FacadeKindsTest {
  /**
   * @param path of the create
   * @param body {@code '} stands for {@code "}, PNG for a picture, VIDEO and the like for ids that
   *     an earlier task gave out
   * @param results members of {@code task_result} or types of outputs, each with how many
   */
  private record Row(String path, String body, String results) {
    boolean isLegacy() {
      return path.startsWith("/v1/");
    }

    String externalId() {
      return "k-" + Integer.toHexString((path + body).hashCode());
    }

    @Override
    public String toString() {
      return path + " " + body;
    }
  }

  private static final Set<String> GO_ON_WITH_A_CLIP =
      Set.of("/v1/videos/video-extend", "/v1/videos/lip-sync", "/v1/audio/video-to-audio");
  private static final Map<String, Row> SOURCES = sources();

  private static Map<String, Row> sources() {
    Map<String, Row> sources = new LinkedHashMap<>();
    sources.put(
        "VIDEO",
        new Row("/v1/videos/text2video", "{'model_name':'kling-v2-6','prompt':'p'}", "videos 1"));
    sources.put(
        "AUDIO",
        new Row("/v1/audio/text-to-audio", "{'prompt':'waves','duration':3.0}", "audios 1"));
    sources.put(
        "ELEMENT",
        new Row(
            "/v1/general/advanced-custom-elements",
            "{'element_name':'Ann','element_description':'a girl','reference_type':'video_refer','element_video_list':{'refer_videos':[{'video_url':'https://clips.example.com/a.mp4'}]}}",
            "elements 1"));
    sources.put(
        "VOICE",
        new Row(
            "/v1/general/custom-voices",
            "{'voice_name':'Bo','voice_url':'https://sounds.example.com/a.mp3'}",
            "voices 1"));
    return sources;
  }

  private static final List<Row> ROWS =
      List.of(
          new Row("/v1/videos/image2video", "{'prompt':'p','image':'PNG'}", "videos 1"),
          new Row(
              "/v1/videos/text2video",
              "{'prompt':'p','watermark_info':{'enabled':true}}",
              "videos 1"),
          new Row(
              "/v1/images/omni-image", "{'prompt':'p','image_list':[{'image':'PNG'}]}", "images 1"),
          new Row(
              "/v1/general/advanced-custom-elements",
              "{'element_name':'Ann','element_description':'a boat','reference_type':'image_refer','element_image_list':{'frontal_image':'https://pics.example.com/f.png','refer_images':[{'image_url':'https://pics.example.com/s.png'}]},'element_voice_id':'VOICE','tag_list':[{'tag_id':'o_101'}]}",
              "elements 1"),
          new Row(
              "/v1/videos/multi-image2video",
              "{'model_name':'kling-v1-6','prompt':'p','image_list':[{'image':'PNG'}]}",
              "videos 1"),
          new Row(
              "/v1/videos/omni-video",
              "{'model_name':'kling-v3-omni','prompt':'turn the car in <<<video_1>>> red','video_list':[{'video_url':'https://vid.example.com/in.mp4','refer_type':'base','keep_original_sound':'yes'}],'mode':'pro','sound':'off'}",
              "videos 1"),
          new Row(
              "/v1/videos/omni-video",
              "{'prompt':'<<<element_1>>> waves','element_list':[{'element_id':ELEMENT}],'aspect_ratio':'16:9','duration':5}",
              "videos 1"),
          new Row(
              "/v1/videos/motion-control",
              "{'image_url':'PNG','video_url':'https://vid.example.com/in.mp4','character_orientation':'video','mode':'pro'}",
              "videos 1"),
          new Row("/v1/videos/video-extend", "{'video_id':'VIDEO','prompt':'on'}", "videos 1"),
          new Row("/v1/videos/video-extend", "{'video_id':'TASK'}", "videos 1"),
          new Row(
              "/v1/videos/lip-sync",
              "{'input':{'video_id':'VIDEO','mode':'audio2video','audio_type':'url','audio_url':'https://sounds.example.com/a.mp3'}}",
              "videos 1"),
          new Row(
              "/v1/videos/lip-sync",
              "{'input':{'video_id':'TASK','mode':'text2video','text':'hi','voice_id':'v'}}",
              "videos 1"),
          new Row(
              "/v1/videos/advanced-lip-sync",
              "{'session_id':'FACES','face_choose':[{'face_id':'0','audio_id':'AUDIO','sound_start_time':0,'sound_end_time':2000,'sound_insert_time':0,'sound_volume':1}]}",
              "videos 1"),
          new Row(
              "/v1/videos/avatar/image2video",
              "{'image':'PNG','sound_file':'c291bmQ=','prompt':'p'}",
              "videos 1"),
          new Row(
              "/v1/videos/effects",
              "{'effect_scene':'fuzzyfuzzy','input':{'model_name':'kling-v1-6','image':'PNG','duration':'5'}}",
              "videos 1"),
          new Row(
              "/v1/videos/multi-elements",
              "{'session_id':'SELECTION','edit_mode':'removal','prompt':'remove the dog from <<<video_1>>>'}",
              "videos 1"),
          new Row(
              "/v1/audio/video-to-audio",
              "{'video_id':'VIDEO','sound_effect_prompt':'rain'}",
              "videos 1, audios 1"),
          new Row("/v1/audio/video-to-audio", "{'video_id':'TASK'}", "videos 1, audios 1"),
          new Row("/v1/images/generations", "{'prompt':'p','n':2}", "images 2"),
          new Row(
              "/v1/images/omni-image",
              "{'prompt':'p','result_type':'series','series_amount':2}",
              "series_images 2"),
          new Row(
              "/v1/images/multi-image2image",
              "{'model_name':'kling-v2-1','prompt':'p','subject_image_list':[{'subject_image':'PNG'}]}",
              "images 1"),
          new Row(
              "/v1/images/editing/expand",
              "{'image':'PNG','up_expansion_ratio':0.1,'down_expansion_ratio':0.1,'left_expansion_ratio':0.1,'right_expansion_ratio':0.1}",
              "images 1"),
          new Row(
              "/v1/images/kolors-virtual-try-on",
              "{'human_image':'PNG','cloth_image':'PNG'}",
              "images 1"),
          new Row("/v1/general/ai-multi-shot", "{'element_frontal_image':'PNG'}", "images 3"),
          new Row(
              "/v1/general/custom-voices", "{'voice_name':'Ed','video_id':'VIDEO'}", "voices 1"),
          new Row("/text-to-video/kling-3.0-turbo", "{'prompt':'p'}", "video 1"),
          new Row("/text-to-video/kling-3.0", "{'prompt':'p'}", "video 1"),
          new Row("/text-to-video/kling-2.6", "{'prompt':'p'}", "video 1"),
          new Row("/text-to-video/kling-2.5-turbo", "{'prompt':'p'}", "video 1"),
          new Row("/image-to-video/kling-3.0-turbo", contents("first_frame"), "video 1"),
          new Row(
              "/image-to-video/kling-3.0",
              "{'contents':[{'type':'prompt','text':'@Ann waves'},{'type':'first_frame','url':'PNG'},{'type':'element','element_id':'ELEMENT','id':'Ann'}]}",
              "video 1"),
          new Row(
              "/image-to-video/kling-2.6",
              "{'contents':[{'type':'prompt','text':'@Bo sings'},{'type':'first_frame','url':'PNG'},{'type':'voice','voice_id':'VOICE','id':'Bo'}],'settings':{'audio':'native','resolution':'1080p'}}",
              "video 1"),
          new Row("/image-to-video/kling-2.5-turbo", contents("first_frame"), "video 1"),
          new Row("/omni-video/kling-3.0-omni", contents("first_frame"), "video 1"),
          new Row("/omni-video/kling-o1", contents("first_frame"), "video 1"),
          new Row("/motion-control/kling-3.0", motion(), "video 1"),
          new Row("/motion-control/kling-2.6", motion(), "video 1"));

  private static String contents(String type) {
    return "{'contents':[{'type':'prompt','text':'p'},{'type':'" + type + "','url':'PNG'}]}";
  }

  private static String motion() {
    return "{'contents':[{'type':'image','url':'PNG'},{'type':'video','url':'https://vid.example.com/a.mp4'}],'settings':{'character_orientation':'image'}}";
  }

  @TempDir static Path directory;
  private static final Map<String, String> GIVEN = new HashMap<>();
  private static final Map<Row, String> TASKS = new HashMap<>();
  private static BacklotProcess backlot;
  private static KlingCaller kling;

  @BeforeAll
  static void run() {
    backlot = BacklotProcess.start(directory, BacklotProcess.UNHURRIED);
    kling = KlingCaller.of(backlot.api(), backlot.demoKey());
    SOURCES.values().forEach(FacadeKindsTest::create);
    for (Map.Entry<String, Row> source : SOURCES.entrySet()) {
      GIVEN.put(source.getKey(), idOf(ended(source.getValue()).getJsonObject("task_result")));
    }
    GIVEN.put("TASK", id(Objects.requireNonNull(SOURCES.get("VIDEO"))));
    GIVEN.put("FACES", session("/v1/videos/identify-face"));
    GIVEN.put("SELECTION", session("/v1/videos/multi-elements/init-selection"));
    String marked =
        "{'session_id':'SELECTION','frame_index':0,'points':[{'x':0.5,'y':0.5}]}"
            .replace("SELECTION", GIVEN.getOrDefault("SELECTION", ""))
            .replace('\'', '"');
    kling.post("/v1/videos/multi-elements/add-selection", marked).data();
    ROWS.forEach(FacadeKindsTest::create);
    ROWS.forEach(FacadeKindsTest::ended);
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  private static String session(String path) {
    JsonObject body = new JsonObject().put("video_id", GIVEN.get("VIDEO"));
    return kling.post(path, body).data().getString("session_id");
  }

  private static String idOf(JsonObject result) {
    JsonObject first = result.getJsonArray(result.fieldNames().iterator().next()).getJsonObject(0);
    return List.of("id", "element_id", "voice_id").stream()
        .filter(first::containsKey)
        .findFirst()
        .map(name -> String.valueOf(first.getValue(name)))
        .orElseThrow();
  }

  private static JsonObject body(Row row) {
    String json = row.body().replace('\'', '"').replace("PNG", Pictures.png(320, 320));
    for (Map.Entry<String, String> given : GIVEN.entrySet()) {
      json = json.replace(given.getKey(), given.getValue());
    }
    JsonObject body = new JsonObject(json);
    if (row.isLegacy()) {
      return body.put("external_task_id", row.externalId());
    }
    return body.put("options", new JsonObject().put("external_task_id", row.externalId()));
  }

  private static void create(Row row) {
    JsonObject created = kling.post(row.path(), body(row)).data();
    TASKS.put(row, created.getString(row.isLegacy() ? "task_id" : "id"));
    assertThat(id(row)).matches("[0-9]{18}");
  }

  private static String id(Row row) {
    return Objects.requireNonNull(TASKS.get(row));
  }

  private static JsonObject task(Row row) {
    String id = id(row);
    return row.isLegacy()
        ? kling.get(row.path() + "/" + id).data()
        : kling.get("/tasks?task_ids=" + id).list().getJsonObject(0);
  }

  private static JsonObject ended(Row row) {
    String status = row.isLegacy() ? "task_status" : "status";
    Eventually.until(
        "the task ended: " + row,
        Duration.ofSeconds(90),
        () -> Set.of("succeed", "succeeded", "failed").contains(task(row).getString(status)));
    return task(row);
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>(SOURCES.values());
    rows.addAll(ROWS);
    return rows;
  }

  private static List<Row> legacyRows() {
    return rows().stream().filter(Row::isLegacy).toList();
  }

  @ParameterizedTest
  @MethodSource("legacyRows")
  void a_task_of_the_older_dialect_has_the_result_of_its_product(Row row) {
    JsonObject task = task(row);

    assertThat(task.getString("task_status")).as(task.encode()).isEqualTo("succeed");
    KlingShapes.checkLegacy(row.path(), body(row), task);
    JsonObject result = task.getJsonObject("task_result");
    assertThat(counted(result)).isEqualTo(row.results());
    result.forEach(
        list -> {
          if (list.getValue() instanceof JsonArray all) {
            all.forEach(each -> check(list.getKey(), (JsonObject) each));
          }
        });
  }

  /** Of the products that the reference's section 3 names. */
  @ParameterizedTest
  @MethodSource("legacyRows")
  void a_task_that_goes_on_with_a_clip_names_it(Row row) {
    JsonObject parent = task(row).getJsonObject("task_info").getJsonObject("parent_video");

    if (GO_ON_WITH_A_CLIP.contains(row.path())) {
      assertThat(parent.getString("id")).isEqualTo(GIVEN.get("VIDEO"));
      assertThat(Double.parseDouble(parent.getString("duration"))).isPositive();
      fetch(parent, "url");
    } else {
      assertThat(parent).isNull();
    }
  }

  private static String counted(JsonObject result) {
    return result.stream()
        .filter(list -> list.getValue() instanceof JsonArray)
        .map(list -> list.getKey() + " " + ((JsonArray) list.getValue()).size())
        .collect(Collectors.joining(", "));
  }

  /** The members that the reference's section 3 names for each list. */
  private static void check(String list, JsonObject each) {
    switch (list) {
      case "videos" -> {
        assertThat(each.getString("id")).matches("[0-9]{18}");
        assertThat(Double.parseDouble(each.getString("duration"))).isPositive();
        fetch(each, "url");
      }
      case "audios" -> {
        assertThat(each.getString("id")).matches("[0-9]{18}");
        assertThat(Double.parseDouble(each.getString("duration_mp3"))).isPositive();
        assertThat(Double.parseDouble(each.getString("duration_wav"))).isPositive();
        fetch(each, "url_mp3");
        fetch(each, "url_wav");
      }
      case "elements" -> {
        assertThat(each.getValue("element_id")).isInstanceOf(Long.class);
        assertThat(each.getString("element_name")).isEqualTo("Ann");
        assertThat(each.getString("status")).isEqualTo("succeed");
      }
      case "voices" -> {
        assertThat(each.getString("voice_id")).isNotBlank();
        assertThat(each.getString("voice_name")).isIn("Bo", "Ed");
        fetch(each, "trial_url");
      }
      default -> {
        assertThat(each.getInteger("index")).isNotNull();
        each.fieldNames().stream()
            .filter(name -> name.startsWith("url"))
            .forEach(name -> fetch(each, name));
        assertThat(each.fieldNames()).containsAnyOf("url", "url_3");
      }
    }
  }

  private static void fetch(JsonObject each, String name) {
    assertThat(KlingCaller.fetch(each.getString(name)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("legacyRows")
  void a_task_of_the_older_dialect_is_found_by_external_id_and_in_its_list(Row row) {
    String id = id(row);

    assertThat(kling.get(row.path() + "/" + row.externalId()).data().getString("task_id"))
        .isEqualTo(id);
    assertThat(kling.get(row.path() + "?pageNum=1&pageSize=500").list().stream())
        .extracting(task -> ((JsonObject) task).getString("task_id"))
        .contains(id);
  }

  /** Links to files are new in each answer. */
  @ParameterizedTest
  @MethodSource("legacyRows")
  void a_list_has_tasks_in_the_shape_in_which_each_is_answered(Row row) {
    JsonObject listed =
        kling.get(row.path() + "?pageSize=500").list().stream()
            .map(JsonObject.class::cast)
            .filter(task -> task.getString("task_id").equals(id(row)))
            .findFirst()
            .orElseThrow();

    KlingShapes.checkLegacy(row.path(), body(row), listed);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void every_task_is_one_of_the_newer_dialect(Row row) {
    JsonObject task =
        kling.get("/tasks?external_task_ids=" + row.externalId()).list().getJsonObject(0);

    assertThat(task.getString("id")).isEqualTo(id(row));
    KlingShapes.checkModern(row.path(), body(row), task);
    JsonArray outputs = task.getJsonArray("outputs");
    assertThat(outputs).isNotEmpty();
    if (!row.isLegacy()) {
      assertThat("video " + outputs.size()).isEqualTo(row.results());
    }
    for (Object each : outputs) {
      JsonObject output = (JsonObject) each;
      switch (output.getString("type")) {
        case "audio" -> {
          fetch(output, "mp3_url");
          fetch(output, "wav_url");
        }
        case "element" -> assertThat(output.getString("name")).isEqualTo("Ann");
        default -> fetch(output, "url");
      }
    }
  }

  @Test
  void a_search_finds_the_tasks_of_all_products() {
    Set<String> found = new HashSet<>();
    JsonObject page = kling.post("/tasks", new JsonObject().put("limit", 500)).data();
    page.getJsonArray("result").forEach(task -> found.add(((JsonObject) task).getString("id")));

    assertThat(found).containsAll(TASKS.values());
    for (Object each : page.getJsonArray("result")) {
      JsonObject task = (JsonObject) each;
      rows().stream()
          .filter(row -> id(row).equals(task.getString("id")))
          .forEach(row -> KlingShapes.checkModern(row.path(), body(row), task));
    }
  }

  @Test
  void every_create_of_the_catalog_has_a_row() {
    Set<String> paths = new HashSet<>();
    CatalogFiles.load()
        .all()
        .forEach(
            kind ->
                kind.models()
                    .keySet()
                    .forEach(
                        model ->
                            paths.add(
                                kind.own().dialect() == Dialect.LEGACY
                                    ? kind.own().path()
                                    : kind.own().pathFor(model))));

    assertThat(rows()).extracting(Row::path).containsAll(paths);
  }

  @Test
  void what_another_tenant_made_is_no_input() {
    List<String> pair = backlot.run("keys", "create-pair", "--tenant", "other").lines().toList();
    KlingCaller other = KlingCaller.signing(backlot.api() + "/kling", pair.get(0), pair.get(1));
    JsonObject body = new JsonObject().put("video_id", GIVEN.get("VIDEO"));

    assertThat(other.post("/v1/videos/video-extend", body).refusal()).isEqualTo("400/1201");
  }

  @Test
  void the_books_agree_with_the_providers() {
    new Books(backlot).assertExact();
  }
}
