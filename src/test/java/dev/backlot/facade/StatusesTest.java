package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a job looks like, whatever its state. */
class StatusesTest {
  private static final Set<String> WORDS = Set.of("submitted", "processing", "succeed", "failed");
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

  private static ClientTask task(JobState state, @Nullable JobError error) {
    boolean made = state == JobState.SUCCEEDED;
    return task(state, error, made ? List.of(new Output(0, "video", "5.1", true)) : List.of());
  }

  private static ClientTask task(JobState state, @Nullable JobError error, List<Output> outputs) {
    boolean made = state == JobState.SUCCEEDED;
    return new ClientTask(
        new JobId(new UUID(1, 1)),
        new TenantId(new UUID(2, 2)),
        900000000000000042L,
        "order",
        "text2video",
        state,
        error,
        outputs,
        Asset.VIDEO_UNIT,
        state.isTerminal() ? Credits.of(made ? "2.5" : "0") : null,
        AT,
        AT.plusSeconds(1),
        false,
        Map.of());
  }

  private static JsonObject legacy(ClientTask task) {
    return TaskJson.legacy(
        task, Background.NONE, (of, file, watermark) -> watermark ? "/marked" : "/clean");
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_create_is_answered_as_submitted_however_far_its_task_is(JobState state) {
    assertThat(TaskJson.created(task(state, null), Dialect.LEGACY).getString("task_status"))
        .isEqualTo("submitted");
    assertThat(TaskJson.created(task(state, null), Dialect.PATH_PER_MODEL).getString("status"))
        .isEqualTo("submitted");
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void every_state_is_one_of_the_four_words_and_a_failure_has_its_reason(JobState state) {
    JsonObject json = legacy(task(state, null));

    assertThat(WORDS).contains(json.getString("task_status"));
    assertThat(json.getString("task_status_msg").isEmpty())
        .isEqualTo(!json.getString("task_status").equals("failed"));
    assertThat(json.containsKey("task_result")).isEqualTo(state == JobState.SUCCEEDED);
  }

  @Test
  void an_error_without_words_still_has_a_reason() {
    JobError error = new JobError(ErrorCode.GENERATION_FAILED, " ");

    assertThat(legacy(task(JobState.FAILED, error)).getString("task_status_msg")).isNotBlank();
  }

  @Test
  void what_moderation_has_refused_is_said_in_the_words_that_clients_know() {
    JobError error = new JobError(ErrorCode.CONTENT_REJECTED, "Change the input.");

    assertThat(legacy(task(JobState.FAILED, error)).getString("task_status_msg"))
        .isEqualTo("Failure to pass the risk control system");
  }

  @Test
  void the_older_shape_is_as_the_documents_have_it() {
    assertThat(legacy(task(JobState.SUCCEEDED, null)))
        .isEqualTo(
            new JsonObject(
                """
                {"task_id":"900000000000000042","task_status":"succeed","task_status_msg":"",
                 "task_info":{"external_task_id":"order"},"created_at":1767323045678,
                 "updated_at":1767323046678,"final_unit_deduction":"2.5",
                 "watermark_info":{"enabled":true},
                 "task_result":{"videos":[{"id":"800000000000000420","url":"/clean",
                   "watermark_url":"/marked","duration":"5.1"}]}}"""));
  }

  @Test
  void the_newer_shape_is_as_the_documents_have_it() {
    assertThat(
            TaskJson.modern(
                task(JobState.SUCCEEDED, null),
                Background.NONE,
                (of, file, watermark) -> watermark ? "/marked" : "/clean"))
        .isEqualTo(
            new JsonObject(
                """
                {"id":"900000000000000042","status":"succeeded","message":"",
                 "external_id":"order","create_time":1767323045678,"update_time":1767323046678,
                 "outputs":[{"type":"video","id":"800000000000000420","url":"/clean",
                   "watermark_url":"/marked","duration":"5.1"}],
                 "billing":[{"charge_type":"unit","amount":"2.5","package_type":"video"}]}"""));
  }

  /** By the reference there is none; one of them must not keep a whole list from being shown. */
  @Test
  void a_result_beyond_the_tenth_is_shown_without_an_id() {
    List<Output> videos =
        IntStream.range(0, 12).mapToObj(n -> new Output(n, "video", "5", false)).toList();

    JsonArray shown =
        legacy(task(JobState.SUCCEEDED, null, videos))
            .getJsonObject("task_result")
            .getJsonArray("videos");

    assertThat(shown.getJsonObject(9).getString("id")).endsWith("429");
    assertThat(shown.getJsonObject(11))
        .isEqualTo(new JsonObject().put("url", "/clean").put("duration", "5"));
  }
}
