package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.EndpointId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients are called with is what a query answers. */
class TaskCallbacksTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final TenantId TENANT = new TenantId(new UUID(2, 2));
  private static final JobId JOB = new JobId(new UUID(1, 1));
  private static final long PARENT = 900000000000000007L;
  private static final String ORIGIN = "http://kling.example";
  private static final Catalog CATALOG = CatalogFiles.load();
  private static final Map<String, String> SAID = Map.of("session_id", "\"session-1\"");

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "EXPIRED"})
  void in_the_older_dialect_it_is_the_bare_task_that_a_query_answers(JobState state) {
    ClientTask task = task(kind(Dialect.LEGACY), state);

    assertThat(called(task, "", state))
        .isEqualTo(TaskJson.legacy(task, Background.NONE, files(ORIGIN)));
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "EXPIRED"})
  void in_the_newer_dialect_likewise(JobState state) {
    ClientTask task = task(kind(Dialect.PATH_PER_MODEL), state);

    assertThat(called(task, "", state))
        .isEqualTo(TaskJson.modern(task, Background.NONE, files(ORIGIN)));
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"QUEUED", "RUNNING"})
  void told_late_a_status_says_nothing_of_what_came_after_it(JobState then) {
    ClientTask ended = task(kind(Dialect.LEGACY), JobState.SUCCEEDED);

    assertThat(called(ended, "", then))
        .isEqualTo(
            TaskJson.legacy(task(kind(Dialect.LEGACY), then), Background.NONE, files(ORIGIN)));
  }

  @Test
  void files_are_fetched_from_the_address_that_is_configured() {
    ClientTask task = task(kind(Dialect.LEGACY), JobState.SUCCEEDED);

    assertThat(called(task, "https://public.example", JobState.SUCCEEDED))
        .isEqualTo(TaskJson.legacy(task, Background.NONE, files("https://public.example")));
  }

  @Test
  void a_task_that_goes_on_with_a_clip_of_ours_names_it() {
    String clip = OutputId.of(PARENT, 0).orElseThrow().text();
    ClientTask task =
        task(JOB, 900000000000000042L, "video-extend", JobState.RUNNING, Map.of("/video_id", clip));

    assertThat(called(task, "", JobState.RUNNING).getJsonObject("task_info"))
        .isEqualTo(
            new JsonObject()
                .put("external_task_id", "order")
                .put(
                    "parent_video",
                    new JsonObject()
                        .put("id", clip)
                        .put("url", ORIGIN + "/0?mark=false")
                        .put("duration", "5.1")));
  }

  @Test
  void a_result_says_what_its_task_was_asked_for() {
    ClientTask task =
        task(JOB, 900000000000000042L, "multi-elements", JobState.SUCCEEDED, Map.of());

    JsonObject result = called(task, "", JobState.SUCCEEDED).getJsonObject("task_result");

    assertThat(result.getJsonArray("videos").getJsonObject(0).getString("session_id"))
        .isEqualTo("session-1");
  }

  private static List<ClientTask> numbered(Set<Long> numbers) {
    return numbers.stream()
        .map(n -> task(new JobId(new UUID(4, 4)), n, "text2video", JobState.SUCCEEDED, Map.of()))
        .toList();
  }

  private static JsonObject called(ClientTask stored, String publicUrl, JobState state) {
    TaskCallbacks callbacks =
        new TaskCallbacks(
            (tenant, jobs) -> Future.succeededFuture(List.of(stored)),
            new Backgrounds(
                () -> CATALOG,
                (tenant, numbers) -> Future.succeededFuture(numbered(numbers)),
                (tenant, ids) -> Future.succeededFuture(List.of()),
                (tenant, ids, members) -> Future.succeededFuture(Map.of(JOB, SAID))),
            () -> CATALOG,
            new FileLinks(
                publicUrl, (tenant, job, n, watermark) -> "/" + n + "?mark=" + watermark));
    Map<Long, String> bodies =
        callbacks.of(TENANT, ORIGIN, List.of(delivery(EventTypes.of(state)))).result();
    return new JsonObject(Objects.requireNonNull(bodies.get(7L)));
  }

  private static TaskJson.Files files(String origin) {
    return (task, file, watermark) -> origin + "/" + file.n() + "?mark=" + watermark;
  }

  private static String kind(Dialect dialect) {
    return CATALOG.all().stream()
        .filter(kind -> kind.own().dialect() == dialect)
        .map(Kind::name)
        .findFirst()
        .orElseThrow();
  }

  private static ClientTask task(String kind, JobState state) {
    return task(JOB, 900000000000000042L, kind, state, Map.of());
  }

  private static ClientTask task(
      JobId id, long number, String kind, JobState state, Map<String, String> uses) {
    boolean made = state == JobState.SUCCEEDED;
    return new ClientTask(
        id,
        TENANT,
        number,
        "order",
        kind,
        state,
        state == JobState.FAILED ? new JobError(ErrorCode.GENERATION_FAILED, "It rained.") : null,
        made ? List.of(new Output(0, "video", "5.1", true)) : List.of(),
        Asset.VIDEO_UNIT,
        state.isTerminal() ? Credits.of(made ? "2.5" : "0") : null,
        AT,
        AT.plusSeconds(1),
        false,
        uses);
  }

  private static Delivery delivery(String type) {
    return new Delivery(
        new EndpointId(new UUID(3, 3)),
        7,
        TENANT,
        JOB,
        2,
        type,
        AT.plusSeconds(1),
        "{}",
        DeliveryState.PENDING,
        0,
        AT,
        AT,
        null,
        List.of());
  }
}
