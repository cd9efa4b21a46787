package dev.backlot.simulator;

import static dev.backlot.simulator.CallsTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.Section;
import dev.backlot.config.SimulatorFault;
import dev.backlot.config.SimulatorQuirks;
import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both libraries of elements, and the voices: what is made, listed and deleted. */
class LibrariesTest {
  private static final String OLD = "/v1/general/custom-elements";
  private static final String ADVANCED = "/v1/general/advanced-custom-elements";
  private static final String VOICES = "/v1/general/custom-voices";
  private static final String DELETE_OLD = "/v1/general/delete-elements";
  private static final String DELETE_ADVANCED = "/v1/general/delete-advanced-elements";
  private static final String DELETE_VOICES = "/v1/general/delete-voices";

  private RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void an_element_of_the_older_library_is_there_at_once() {
    JsonObject data = simulator.post(OLD, old()).data();

    assertThat(data.getValue("element_id")).isInstanceOf(Long.class);
    assertThat(data.getString("element_name")).isEqualTo("Ann");
    assertThat(data.getString("element_description")).isEqualTo("a girl");
    assertThat(data.getJsonArray("element_refer_list")).hasSize(2);
    assertThat(data.getJsonArray("tag_list").getJsonObject(0))
        .isEqualTo(json("{'id':'o_102','name':'Character','description':'Character'}"));
    assertThat(simulator.fetch(data.getString("element_frontal_image")).status()).isEqualTo(200);
    String last = data.getJsonArray("element_refer_list").getJsonObject(1).getString("image_url");
    assertThat(simulator.fetch(last).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "element_name | '' | element_name must not be empty",
        "element_name | 'a name of far too many characters' "
            + "| element_name must not exceed 20 characters",
        "element_description | null | element_description must not be empty",
        "element_frontal_image | 'data:image/png;base64,iVBO' "
            + "| File is not in a valid base64 format",
        "element_refer_list | [] | element_refer_list must hold 1 to 3",
        "element_refer_list | [{}] | element_refer_list.image_url must not be empty",
        "tag_list | [{'tag_id':'o_109'}] | tag_list.tag_id(o_109) is not supported",
      })
  void what_an_element_cannot_be_is_refused(String member, String value, String message) {
    JsonObject changed = json("{'" + member + "':" + value + "}");

    assertRefused(simulator.post(OLD, old().mergeIn(changed)), message);
  }

  @Test
  void each_library_lists_its_own() {
    simulator.post(OLD, old());
    advanced();

    assertThat(simulator.get(OLD).list()).hasSize(1);
    assertThat(simulator.get(ADVANCED).list()).hasSize(1);
    assertThat(simulator.get(OLD + "?pageNum=2&pageSize=1").list()).isEmpty();
    assertThat(simulator.get(OLD + "?pageSize=501").code()).isEqualTo(1201);
  }

  @Test
  void presets_are_listed_in_pages() {
    JsonArray elements = simulator.get("/v1/general/presets-elements?pageSize=2").list();
    assertThat(elements).hasSize(2);
    JsonObject first = elements.getJsonObject(0);
    assertThat(first.getValue("element_id")).isInstanceOf(Number.class);
    assertThat(first.getString("owned_by")).isEqualTo("kling");
    assertThat(simulator.fetch(first.getString("element_frontal_image")).status()).isEqualTo(200);
    assertThat(simulator.get("/v1/general/presets-elements?pageSize=2&pageNum=2").list())
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"advanced-presets-elements, elements", "presets-voices, voices"})
  void other_presets_are_listed_as_tasks(String path, String list) {
    JsonObject task = simulator.get("/v1/general/" + path).list().getJsonObject(0);

    assertThat(task.getString("task_status")).isEqualTo("succeed");
    assertThat(task.getLong("created_at")).isPositive();
    JsonObject preset = task.getJsonObject("task_result").getJsonArray(list).getJsonObject(0);
    assertThat(preset.getString("owned_by")).isEqualTo("kling");
  }

  @Test
  void the_sound_of_a_preset_voice_can_be_heard() {
    JsonObject task = simulator.get("/v1/general/presets-voices").list().getJsonObject(0);
    JsonObject voice = task.getJsonObject("task_result").getJsonArray("voices").getJsonObject(0);

    assertThat(voice.getString("voice_id")).isNotBlank();
    assertThat(simulator.fetch(voice.getString("trial_url")).status()).isEqualTo(200);
  }

  @Test
  void presets_are_for_the_account_alone() {
    assertThat(simulator.send(simulator.anonymous("/v1/general/presets-voices").GET()).code())
        .isEqualTo(1001);
  }

  @Test
  void a_deleted_element_says_so_and_is_no_input() {
    String task = advanced();
    String id = element(task);
    assertThat(simulator.create("/v1/videos/omni-video", with(id)).code()).isZero();

    JsonObject data = simulator.post(DELETE_ADVANCED, named("element_id", id)).data();

    assertThat(data.getString("task_id")).matches("[0-9]{18}");
    assertThat(data.getString("task_status")).isEqualTo("succeed");
    assertThat(first(simulator.get(ADVANCED + "/" + task).data(), "elements").getString("status"))
        .isEqualTo("deleted");
    assertRefused(
        simulator.create("/v1/videos/omni-video", with(id)), "element not found by id: " + id);
    assertRefused(
        simulator.create("/image-to-video/kling-3.0", newer(id)), "element not found by id: " + id);
  }

  @Test
  void a_deleted_element_of_the_older_library_says_so_in_its_list() {
    String id = String.valueOf(simulator.post(OLD, old()).data().getValue("element_id"));

    assertThat(simulator.post(DELETE_OLD, named("element_id", id)).code()).isZero();

    assertThat(simulator.get(OLD).list().getJsonObject(0).getString("status")).isEqualTo("deleted");
  }

  @Test
  void a_deleted_voice_is_no_input() {
    String id = voice();
    JsonObject body =
        json(
            "{'model_name':'kling-v2-6','mode':'pro','sound':'on','prompt':'<<<voice_1>>> sings'}");
    body.put("voice_list", new JsonArray().add(named("voice_id", id)));
    assertThat(simulator.create(RunningSimulator.TEXT, body).code()).isZero();

    simulator.post(DELETE_VOICES, named("voice_id", id));

    assertRefused(simulator.create(RunningSimulator.TEXT, body), "voice not found by id: " + id);
  }

  @Test
  void the_libraries_do_not_see_each_other() {
    String older = String.valueOf(simulator.post(OLD, old()).data().getValue("element_id"));
    String newer = element(advanced());

    assertRefused(
        simulator.post(DELETE_ADVANCED, named("element_id", older)),
        "element not found by id: " + older);
    assertRefused(
        simulator.post(DELETE_OLD, named("element_id", newer)),
        "element not found by id: " + newer);
  }

  @Test
  void the_older_deletion_can_reach_both() {
    simulator.close();
    Map<String, Object> values = Map.of("delete-every-element", true);
    simulator =
        new RunningSimulator(
            RunningSimulator.config()
                .withQuirks(SimulatorQuirks.from(new Section("quirks", values, true, name -> ""))));

    String id = element(advanced());

    assertThat(simulator.post(DELETE_OLD, named("element_id", id)).code()).isZero();
  }

  @Test
  void nothing_is_deleted_twice() {
    JsonObject id = named("element_id", element(advanced()));
    simulator.post(DELETE_ADVANCED, id);

    assertRefused(
        simulator.post(DELETE_ADVANCED, id),
        "element not found by id: " + id.getString("element_id"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "delete-elements | element_id | 101 | only custom elements can be deleted",
        "delete-advanced-elements | element_id | 161 | only custom elements can be deleted",
        "delete-voices | voice_id | 829824295735410756 | only custom voices can be deleted",
        "delete-elements | element_id | 7 | element not found by id: 7",
        "delete-advanced-elements | element_id | 7 | element not found by id: 7",
        "delete-voices | voice_id | 7 | voice not found by id: 7",
        "delete-elements | other | 7 | element_id must not be empty",
        "delete-voices | other | 7 | voice_id must not be empty",
      })
  void what_is_not_ours_is_not_deleted(String call, String member, String id, String message) {
    assertRefused(simulator.post("/v1/general/" + call, named(member, id)), message);
  }

  @Test
  void what_is_deleted_stays_so_over_a_lost_answer() throws Exception {
    String id = element(advanced());
    simulator.addFault(
        SimulatorFault.from(
            new Section(
                "fault",
                json("{'fault':'lost','target':'call','count':1}").getMap(),
                true,
                name -> ""),
            Duration.ofMinutes(2)));

    simulator.createInVain(DELETE_ADVANCED, named("element_id", id));

    assertThat(simulator.create("/v1/videos/omni-video", with(id)).code()).isEqualTo(1201);
  }

  private String advanced() {
    JsonObject body =
        json(
            "{'element_name':'Ann','element_description':'a girl','reference_type':'image_refer',"
                + "'element_image_list':{'frontal_image':'https://img.example/a.png'}}");
    String task = simulator.create(ADVANCED, body).data().getString("task_id");
    simulator.finishRendering();
    return task;
  }

  private String element(String task) {
    JsonObject element = first(simulator.get(ADVANCED + "/" + task).data(), "elements");
    return String.valueOf(element.getValue("element_id"));
  }

  private String voice() {
    JsonObject body = json("{'voice_name':'Bo','voice_url':'https://snd.example/a.mp3'}");
    String task = simulator.create(VOICES, body).data().getString("task_id");
    simulator.finishRendering();
    return first(simulator.get(VOICES + "/" + task).data(), "voices").getString("voice_id");
  }

  private static JsonObject first(JsonObject task, String list) {
    return task.getJsonObject("task_result").getJsonArray(list).getJsonObject(0);
  }

  private static JsonObject named(String member, String id) {
    return new JsonObject().put(member, id);
  }

  private static JsonObject old() {
    return json(
        "{'element_name':'Ann','element_description':'a girl',"
            + "'element_frontal_image':'https://img.example/a.png',"
            + "'element_refer_list':[{'image_url':'https://img.example/b.png'},"
            + "{'image_url':'https://img.example/c.png'}],'tag_list':[{'tag_id':'o_102'}]}");
  }

  private static JsonObject with(String element) {
    return json(
        "{'prompt':'<<<element_1>>> waves','aspect_ratio':'16:9','element_list':[{'element_id':"
            + element
            + "}]}");
  }

  private static JsonObject newer(String element) {
    return json(
        "{'contents':[{'type':'first_frame','url':'https://img.example/a.png'},"
            + "{'type':'element','id':'Ann','element_id':'"
            + element
            + "'}]}");
  }

  private static void assertRefused(Answer answer, String message) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo(message);
  }
}
