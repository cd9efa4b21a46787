package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallState;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.Pinned;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Answers of the provider's, and what their tenant sees of them (promise P7). */
class AnswerTreeTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
  private static final TenantId TENANT = new TenantId(new UUID(2, 2));
  private static final CallKind SPEECH = CatalogFiles.load().call("tts");
  private static final CallKind MARK = CatalogFiles.load().call("add-selection");
  private static final JsonObject SPOKEN =
      new JsonObject(
          """
          {"task_id":"8127","task_status":"succeed",
           "task_result":{"audios":[
             {"id":"theirs-1","url":"https://cdn.provider.example/a.mp3?key=1","duration":"3.1"}]},
           "final_unit_deduction":"0.07","owned_by":"account-77",
           "extra":{"poster":"HTTPS://cdn.provider.example/p.png"}}""");

  private static JsonObject shown(CallKind kind, JsonObject data) {
    List<Output> outputs = AnswerTree.outputs(kind, data);
    Call call =
        new Call(
            new CallId(new UUID(1, 1)),
            TENANT,
            900000000000000042L,
            "key",
            kind.name(),
            "main",
            CallState.SUCCEEDED,
            Asset.VIDEO_UNIT,
            Credits.of("0.05"),
            Credits.of("0.05"),
            "2026-09",
            null,
            null,
            outputs,
            AT,
            AT,
            AT,
            null);
    return AnswerTree.shown(
        new CallAnswer.Made(call, data.encode(), false), data, n -> "/files/" + n);
  }

  @Test
  void nothing_of_the_provider_is_left_in_it() {
    String shown = shown(SPEECH, SPOKEN).encode();

    assertThat(shown).doesNotContainIgnoringCase("provider.example");
    assertThat(shown).doesNotContain("theirs-1", "8127", "account-77", "0.07");
  }

  @Test
  void its_ids_its_files_and_its_price_are_ours() {
    JsonObject shown = shown(SPEECH, SPOKEN);
    JsonObject sound = shown.getJsonObject("task_result").getJsonArray("audios").getJsonObject(0);

    assertThat(shown.getString("task_id")).isEqualTo("900000000000000042");
    assertThat(shown.getString("owned_by")).isEqualTo(TENANT.toString());
    assertThat(shown.getString("final_unit_deduction")).isEqualTo("0.05");
    assertThat(sound.getString("id")).matches("[0-9]{18}");
    assertThat(sound.getString("url")).isEqualTo("/files/1");
    assertThat(sound.getString("duration")).isEqualTo("3.1");
  }

  @Test
  void what_it_made_is_named_by_where_it_stands() {
    assertThat(AnswerTree.outputs(SPEECH, SPOKEN))
        .extracting(Output::type, Output::place, Output::theirs)
        .startsWith(tuple("audio", "task_result/audios/0/id/", "theirs-1"));
  }

  /**
   * PostgreSQL keeps no NUL: the close of its call would be tried again for as long as it is ours.
   */
  @Test
  void an_id_that_cannot_be_kept_is_none() {
    JsonObject data = SPOKEN.copy();
    data.getJsonObject("task_result").getJsonArray("audios").getJsonObject(0).put("id", "a\u0000b");

    assertThat(AnswerTree.outputs(SPEECH, data)).noneMatch(output -> output.type().equals("audio"));
  }

  /** Where it stands is kept too. */
  @Test
  void an_address_below_a_name_that_cannot_be_kept_is_left_out() {
    JsonObject data = SPOKEN.copy();
    data.put("po\u0000sters", new JsonArray().add("https://cdn.provider.example/odd.png"));

    assertThat(AnswerTree.outputs(SPEECH, data)).noneMatch(each -> each.place().contains("\u0000"));
    assertThat(shown(SPEECH, data).encode()).doesNotContain("provider.example");
    assertThat(shown(SPEECH, data).getJsonArray("po\u0000sters").getValue(0)).isNull();
  }

  @Test
  void the_numbers_of_a_mask_are_no_ids_and_stay() {
    JsonObject data =
        new JsonObject("{\"res\":{\"rle_mask_list\":[{\"object_id\":0,\"counts\":[3,4,5]}]}}");

    assertThat(AnswerTree.outputs(MARK, data)).isEmpty();
    assertThat(shown(MARK, data)).isEqualTo(data);
  }

  @Test
  void an_id_that_the_caller_has_named_is_as_it_wrote_it_whether_text_or_number() {
    JsonObject data =
        new JsonObject("{'id':77,'list':['77',78,7.7,{'id':'x-1'}]}".replace('\'', '"'));
    Pinned pinned = new Pinned("main", Map.of("/a", "77", "/b", "x-1", "/c", "78"));

    assertThat(AnswerTree.named(data, pinned, Map.of("/a", "801", "/b", "802")).encode())
        .isEqualTo("{'id':'801','list':['801',78,7.7,{'id':'802'}]}".replace('\'', '"'));
  }

  @Test
  void what_is_too_deep_is_left_out() {
    JsonObject data = new JsonObject().put("leaf", 1);
    for (int i = 0; i < 40; i++) {
      data = new JsonObject().put("in", data);
    }

    assertThat(shown(SPEECH, data).encode()).doesNotContain("leaf");
  }

  @Test
  void files_in_a_list_of_addresses_are_ours() {
    JsonObject data =
        new JsonObject().put("pictures", new JsonArray().add(1).add("https://provider.example/a"));

    assertThat(shown(SPEECH, data).getJsonArray("pictures").getValue(1)).isEqualTo("/files/0");
  }

  /** A file beyond those that are counted cannot be fetched from us, and not from elsewhere. */
  @Test
  void an_address_beyond_what_is_counted_is_left_out() {
    JsonArray many = new JsonArray();
    for (int n = 0; n < 300; n++) {
      many.add("https://provider.example/" + n);
    }

    JsonArray shown = shown(SPEECH, new JsonObject().put("files", many)).getJsonArray("files");

    assertThat(shown.stream().limit(200)).allMatch(file -> ((String) file).startsWith("/files/"));
    assertThat(shown.stream().skip(200)).hasSize(100).containsOnlyNulls();
  }

  @Test
  void what_everybody_may_see_has_no_addresses_and_no_owners() {
    JsonObject preset =
        new JsonObject()
            .put("voice_id", "girlfriend_1_speech02")
            .put("trial_url", "HTTPS://provider.example/a.mp3")
            .put("owned_by", "account-77");

    JsonObject seen = (JsonObject) AnswerTree.common(preset);

    assertThat(seen)
        .isEqualTo(
            new JsonObject()
                .put("voice_id", "girlfriend_1_speech02")
                .putNull("trial_url")
                .putNull("owned_by"));
  }
}
