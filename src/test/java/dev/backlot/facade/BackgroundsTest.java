package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What results say beside what was made. */
class BackgroundsTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final TenantId TENANT = new TenantId(new UUID(2, 2));
  private static final long VOICE = 900000000000000007L;
  private static final String VOICE_ID = OutputId.of(VOICE, 0).orElseThrow().text();
  private static final Catalog CATALOG = CatalogFiles.load();
  private static final String BYTES = "\"" + "iVBORw0KGgo".repeat(20) + "\"";

  /** Inputs by member; as they are stored. */
  private final Map<String, String> said = new HashMap<>();

  private final Set<String> asked = new HashSet<>();

  private static ClientTask task(
      String kind, JobState state, long number, @Nullable Output made, Map<String, String> uses) {
    return new ClientTask(
        new JobId(new UUID(1, number)),
        TENANT,
        number,
        null,
        kind,
        state,
        null,
        made == null ? List.of() : List.of(made),
        Asset.VIDEO_UNIT,
        state.isTerminal() ? Credits.of("1") : null,
        AT,
        AT,
        false,
        uses);
  }

  private static ClientTask element(Map<String, String> uses) {
    Output made = new Output(0, "element", null, false, "elements/0/", "77", "Ann");
    return task("advanced-custom-elements", JobState.SUCCEEDED, 42, made, uses);
  }

  private static ClientTask voice() {
    Output made = new Output(0, "voice", "3", false, "voices/0/trial_url", "78", "Bo");
    return task("custom-voices", JobState.SUCCEEDED, VOICE, made, Map.of());
  }

  private static ClientTask images(String place) {
    Output made = new Output(0, "image", null, false, place, null, null);
    return task("omni-image", JobState.SUCCEEDED, 42, made, Map.of());
  }

  private Background background(ClientTask task) {
    Backgrounds backgrounds =
        new Backgrounds(
            () -> CATALOG,
            (tenant, numbers) ->
                Future.succeededFuture(numbers.contains(VOICE) ? List.of(voice()) : List.of()),
            (tenant, ids) -> Future.succeededFuture(List.of()),
            (tenant, ids, members) -> {
              asked.addAll(members);
              return Future.succeededFuture(Map.of(task.id(), said));
            });
    return Objects.requireNonNull(
        backgrounds.of(TENANT, List.of(task)).result().get(task.id()), "known");
  }

  private JsonObject legacy(ClientTask task) {
    return TaskJson.legacy(task, background(task), (of, file, mark) -> "/file")
        .getJsonObject("task_result");
  }

  private JsonObject element() {
    return legacy(element(Map.of())).getJsonArray("elements").getJsonObject(0);
  }

  @Test
  void pictures_that_were_given_themselves_are_left_out_and_addresses_stay() {
    said.put(
        "element_image_list",
        "{\"frontal_image\":"
            + BYTES
            + ",\"refer_images\":[{\"image_url\":{\"$part\":0,\"length\":9}},"
            + "{\"image_url\":\"https://pics.example/s.png\"}]}");

    assertThat(element().getJsonObject("element_image_list"))
        .isEqualTo(
            new JsonObject(
                "{'refer_images':[{'image_url':'https://pics.example/s.png'}]}"
                    .replace('\'', '"')));
  }

  @Test
  void of_pictures_none_of_which_has_an_address_there_is_no_list() {
    said.put("element_image_list", "{\"frontal_image\":" + BYTES + "}");

    assertThat(element().containsKey("element_image_list")).isFalse();
  }

  @Test
  void what_was_not_said_is_not_shown() {
    assertThat(element().fieldNames())
        .containsExactlyInAnyOrder("element_id", "element_name", "owned_by", "status");
  }

  @Test
  void a_voice_of_ours_has_its_name_and_its_sample() {
    said.put("element_voice_id", "\"" + VOICE_ID + "\"");

    JsonObject shown =
        legacy(element(Map.of("/element_voice_id", VOICE_ID)))
            .getJsonArray("elements")
            .getJsonObject(0)
            .getJsonObject("element_voice_info");

    assertThat(shown)
        .isEqualTo(
            new JsonObject()
                .put("voice_id", VOICE_ID)
                .put("voice_name", "Bo")
                .put("trial_url", "/file")
                .put("owned_by", TENANT.toString()));
  }

  @Test
  void of_a_voice_that_everybody_has_its_id_is_known_alone() {
    said.put("element_voice_id", "829824295735410756");

    assertThat(element().getJsonObject("element_voice_info"))
        .isEqualTo(new JsonObject().put("voice_id", "829824295735410756"));
  }

  @Test
  void the_newer_dialect_has_its_own_names_for_it() {
    said.put("element_description", "\"a girl\"");
    said.put("reference_type", "\"video_refer\"");
    said.put("tag_list", "[{\"tag_id\":\"o_101\"}]");
    ClientTask task = element(Map.of());

    JsonObject output =
        TaskJson.modern(task, background(task), (of, file, mark) -> "/file")
            .getJsonArray("outputs")
            .getJsonObject(0);

    assertThat(output.getString("description")).isEqualTo("a girl");
    assertThat(output.getString("element_type")).isEqualTo("video_refer");
    assertThat(output.getJsonArray("tags"))
        .isEqualTo(new JsonArray().add(new JsonObject().put("tag_id", "o_101")));
  }

  @Test
  void images_are_single_unless_a_series_was_asked_for() {
    assertThat(legacy(images("images/0/url")).getString("result_type")).isEqualTo("single");

    said.put("result_type", "\"series\"");
    assertThat(legacy(images("series_images/0/url")).getString("result_type")).isEqualTo("series");
  }

  @Test
  void only_what_the_catalog_names_is_read() {
    background(element(Map.of()));

    assertThat(asked)
        .containsExactlyInAnyOrder(
            "element_description",
            "reference_type",
            "element_image_list",
            "element_video_list",
            "element_voice_id",
            "tag_list");
  }

  @Test
  void nothing_is_read_for_a_task_that_has_made_nothing() {
    background(task("multi-elements", JobState.RUNNING, 42, null, Map.of()));

    assertThat(asked).isEmpty();
  }
}
