package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tasks that have succeeded, member by member, in the words of the provider's reference (its
 * sections 3, 6.3 and 13): neither less nor more than it names. Shares nothing with what is tested.
 */
final class KlingShapes {
  private static final String ID = "[0-9]{18}";

  private KlingShapes() {}

  /**
   * @param create what the task was asked with
   */
  static void checkLegacy(String path, JsonObject create, JsonObject task) {
    assertThat(task.fieldNames())
        .containsExactlyInAnyOrder(
            "task_id",
            "task_status",
            "task_status_msg",
            "task_info",
            "task_result",
            "watermark_info",
            "final_unit_deduction",
            "created_at",
            "updated_at");
    assertThat(task.getString("task_id")).matches(ID);
    assertThat(task.getString("task_status")).isEqualTo("succeed");
    assertThat(task.getString("task_status_msg")).isEmpty();
    assertThat(Double.parseDouble(task.getString("final_unit_deduction"))).isPositive();
    assertThat(task.getLong("updated_at")).isGreaterThanOrEqualTo(task.getLong("created_at"));
    assertThat(task.getJsonObject("watermark_info"))
        .isEqualTo(new JsonObject().put("enabled", wantsWatermark(create)));
    JsonObject result = task.getJsonObject("task_result");
    for (String member : result.fieldNames()) {
      if (member.equals("result_type")) {
        assertThat(path).isEqualTo("/v1/images/omni-image");
        continue;
      }
      result
          .getJsonArray(member)
          .forEach(each -> checkResult(path, create, member, (JsonObject) each));
    }
    if (path.equals("/v1/images/omni-image")) {
      assertThat(result.getString("result_type"))
          .isEqualTo(create.getString("result_type", "single"));
    }
  }

  private static boolean wantsWatermark(JsonObject create) {
    JsonObject mark = create.getJsonObject("watermark_info");
    return mark != null && mark.getBoolean("enabled");
  }

  private static void checkResult(String path, JsonObject create, String list, JsonObject each) {
    Set<String> members = new TreeSet<>();
    switch (list) {
      case "videos" -> {
        members.addAll(Set.of("id", "url", "duration"));
        if (path.endsWith("/multi-elements")) {
          members.add("session_id");
          assertThat(each.getString("session_id")).isEqualTo(create.getString("session_id"));
        }
      }
      case "images" -> {
        boolean views = path.endsWith("/ai-multi-shot");
        members.addAll(views ? Set.of("url_1", "url_2", "url_3") : Set.of("url"));
        members.add("index");
      }
      case "series_images" -> members.addAll(Set.of("index", "url"));
      case "audios" ->
          members.addAll(Set.of("id", "url_mp3", "url_wav", "duration_mp3", "duration_wav"));
      case "voices" -> members.addAll(Set.of("voice_id", "voice_name", "trial_url", "owned_by"));
      case "elements" -> {
        members.addAll(Set.of("element_id", "owned_by", "status"));
        for (String said :
            Set.of(
                "element_name",
                "element_description",
                "reference_type",
                "element_image_list",
                "element_video_list",
                "tag_list")) {
          if (create.containsKey(said)) {
            members.add(said);
            assertThat(each.getValue(said)).as(said).isEqualTo(create.getValue(said));
          }
        }
        assertThat(each.getValue("element_id")).isInstanceOf(Long.class);
        assertThat(each.getString("status")).isEqualTo("succeed");
        if (create.containsKey("element_voice_id")) {
          members.add("element_voice_info");
          checkVoice(create, each.getJsonObject("element_voice_info"));
        }
      }
      default -> throw new AssertionError("the reference has no " + list);
    }
    if (wantsWatermark(create)) {
      members.add("watermark_url");
    }
    assertThat(each.fieldNames()).as(list).containsExactlyInAnyOrderElementsOf(members);
  }

  private static void checkVoice(JsonObject create, JsonObject voice) {
    assertThat(voice.fieldNames())
        .containsExactlyInAnyOrder("voice_id", "voice_name", "trial_url", "owned_by");
    assertThat(voice.getString("voice_id")).isEqualTo(create.getString("element_voice_id"));
    assertThat(KlingCaller.fetch(voice.getString("trial_url")).statusCode()).isEqualTo(200);
  }

  /** As {@code GET /tasks} has it, whichever way it was made. */
  static void checkModern(String path, JsonObject create, JsonObject task) {
    assertThat(task.fieldNames())
        .containsExactlyInAnyOrder(
            "id",
            "status",
            "message",
            "create_time",
            "update_time",
            "external_id",
            "outputs",
            "billing");
    assertThat(task.getString("id")).matches(ID);
    assertThat(task.getString("status")).isEqualTo("succeeded");
    assertThat(task.getString("message")).isEmpty();
    assertThat(task.getLong("update_time")).isGreaterThanOrEqualTo(task.getLong("create_time"));
    JsonArray bills = task.getJsonArray("billing");
    assertThat(bills.getJsonObject(0).fieldNames())
        .containsExactlyInAnyOrder("charge_type", "amount", "package_type");
    task.getJsonArray("outputs").forEach(each -> checkOutput(path, create, (JsonObject) each));
  }

  private static void checkOutput(String path, JsonObject create, JsonObject output) {
    Set<String> members = new TreeSet<>(Set.of("type"));
    switch (output.getString("type")) {
      case "video" -> members.addAll(Set.of("id", "url", "duration"));
      case "image" -> {
        members.add("url");
        if (path.endsWith("/ai-multi-shot") || create.containsKey("series_amount")) {
          members.add("group_id");
        }
      }
      case "audio" ->
          members.addAll(Set.of("id", "mp3_url", "wav_url", "mp3_duration", "wav_duration"));
      case "voice" -> members.addAll(Set.of("id", "name", "url", "owned_by", "status"));
      case "element" -> {
        members.addAll(Set.of("id", "name", "description", "element_type", "owned_by", "status"));
        assertThat(output.getString("description"))
            .isEqualTo(create.getString("element_description"));
        assertThat(output.getString("element_type")).isEqualTo(create.getString("reference_type"));
        if (create.containsKey("tag_list")) {
          members.add("tags");
        }
      }
      default -> throw new AssertionError("the reference has no such type");
    }
    if (wantsWatermark(create)) {
      members.add("watermark_url");
    }
    assertThat(output.fieldNames()).containsExactlyInAnyOrderElementsOf(members);
  }
}
