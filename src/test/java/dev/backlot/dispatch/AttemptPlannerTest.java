package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttemptPlannerTest {
  private static final String CLASS = "kling-v2-6/video";

  private String noRight = "";
  private final Speech speech = new Speech();
  private final AttemptPlanner planner =
      new AttemptPlanner(
          new RouteChoice(CatalogFiles.load(), speech),
          "abcdefgh",
          () -> new UUID(7, 7),
          this::callback,
          Dispatch.Standings.even(),
          (account, slotClass) -> account.equals(noRight));

  private Optional<String> calledAt = Optional.empty();

  private Optional<String> callback(AttemptId attempt, String account) {
    return calledAt.map(base -> base + account + "/" + attempt);
  }

  /** "mute" speaks nothing and "legacy" the legacy dialect only. */
  private static final class Speech implements Dispatch.Dialects {
    private final Map<String, Dialect> preferred = new HashMap<>();

    @Override
    public Reach ofAccount(String account) {
      if (account.equals("mute")) {
        return new Reach(Set.of());
      }
      if (account.equals("unlike")) {
        return new Reach(
            Set.of(Dialect.values()), (dialect, slots) -> dialect == Dialect.LEGACY ? 5 : 0);
      }
      return account.startsWith("legacy") ? new Reach(Set.of(Dialect.LEGACY)) : Reach.everywhere();
    }

    /** Each pool has one account, of its name; in "unlike" one has the slots for legacy only. */
    @Override
    public Reach of(String pool, @Nullable String account) {
      return ofAccount(account == null ? pool : account);
    }

    @Override
    public Optional<Dialect> preferred(String account, String model, String version) {
      return Optional.ofNullable(preferred.get(account + " " + version));
    }
  }

  private static List<QueuedJob> jobs(int count) {
    return jobsOf(IntStream.range(0, count).map(n -> 1).toArray());
  }

  private static List<QueuedJob> jobsOf(int... slots) {
    return IntStream.range(0, slots.length)
        .mapToObj(
            n ->
                new QueuedJob(
                    new JobId(new UUID(0, n)),
                    "text2video",
                    "kling-v2-6",
                    "default",
                    CLASS,
                    slots[n],
                    "{\"prompt\":\"boat\",\"seed\":12345678901234567890}",
                    0))
        .toList();
  }

  @Test
  void no_account_gets_more_than_its_free_slots() {
    List<PlannedAttempt> planned =
        planner.apply(
            jobs(10),
            List.of(
                new FreeSlots("default", "a", CLASS, 2), new FreeSlots("default", "b", CLASS, 1)));
    assertThat(planned).extracting(PlannedAttempt::account).containsExactly("a", "a", "b");
  }

  @Test
  void a_job_of_several_slots_goes_only_where_there_is_room_for_all_of_them() {
    List<PlannedAttempt> planned =
        planner.apply(
            jobsOf(6, 4, 3, 2),
            List.of(
                new FreeSlots("default", "a", CLASS, 3), new FreeSlots("default", "b", CLASS, 5)));

    assertThat(planned).extracting(PlannedAttempt::slots).containsExactly(4, 3);
    assertThat(planned).extracting(PlannedAttempt::account).containsExactly("b", "a");
  }

  @Test
  void an_account_whose_ceiling_shrank_below_what_is_in_flight_gets_nothing() {
    assertThat(planner.apply(jobs(1), List.of(new FreeSlots("default", "a", CLASS, -3)))).isEmpty();
  }

  @Test
  void the_cheaper_account_fills_first_and_the_dearer_takes_the_rest() {
    Dispatch.Standings prices =
        new Dispatch.Standings() {
          @Override
          public BigDecimal price(String account) {
            return account.equals("cheap") ? new BigDecimal("0.9") : BigDecimal.ONE;
          }

          @Override
          public int weight(String account) {
            return 1;
          }

          @Override
          public List<String> others(String account, String slotClass, int slots) {
            return List.of();
          }
        };
    AttemptPlanner thrifty =
        new AttemptPlanner(
            new RouteChoice(CatalogFiles.load(), speech),
            "abcdefgh",
            UUID::randomUUID,
            this::callback,
            prices,
            (account, slotClass) -> false);

    List<PlannedAttempt> planned =
        thrifty.apply(
            jobs(4),
            List.of(
                new FreeSlots("default", "big", CLASS, 9),
                new FreeSlots("default", "cheap", CLASS, 3)));

    assertThat(planned)
        .extracting(PlannedAttempt::account)
        .containsExactly("cheap", "cheap", "cheap", "big");
  }

  @Test
  void an_account_that_has_not_bought_the_model_is_asked_after_all_others() {
    noRight = "big";

    List<PlannedAttempt> planned =
        planner.apply(
            jobs(2),
            List.of(
                new FreeSlots("default", "big", CLASS, 9),
                new FreeSlots("default", "small", CLASS, 1)));

    assertThat(planned).extracting(PlannedAttempt::account).containsExactly("small", "big");
  }

  @Test
  void slots_of_another_class_are_not_used() {
    assertThat(planner.apply(jobs(1), List.of(new FreeSlots("default", "a", "kling-v3/video", 5))))
        .isEmpty();
  }

  @Test
  void slots_of_another_pool_are_not_used() {
    assertThat(planner.apply(jobs(1), List.of(new FreeSlots("reserve", "a", CLASS, 5)))).isEmpty();
  }

  @Test
  void the_body_carries_the_model_and_our_own_external_id() {
    PlannedAttempt attempt =
        planner.apply(jobs(1), List.of(new FreeSlots("default", "a", CLASS, 1))).get(0);
    JsonObject body = new JsonObject(attempt.body());
    assertThat(body.getString("model_name")).isEqualTo("kling-v2-6");
    assertThat(body.getString("external_task_id"))
        .isEqualTo(attempt.externalId())
        .isEqualTo("abcdefgh-00000000000000070000000000000007")
        .hasSizeLessThanOrEqualTo(64);
  }

  @Test
  void an_account_that_cannot_speak_the_dialect_gets_nothing() {
    assertThat(planner.apply(jobs(1), List.of(new FreeSlots("default", "mute", CLASS, 5))))
        .isEmpty();
  }

  @Test
  void a_job_goes_the_way_that_its_account_prefers() {
    speech.preferred.put("a kling-v2-6", Dialect.PATH_PER_MODEL);

    PlannedAttempt attempt = planOne(job("text2video", "kling-v2-6", "{\"prompt\":\"p\"}"), "a");

    assertThat(attempt.dialect()).isEqualTo("path-per-model");
    assertThat(attempt.path()).isEqualTo("/text-to-video/kling-2.6");
    assertThat(attempt.lookup()).isEqualTo(LookupBy.TASKS);
    JsonObject body = new JsonObject(attempt.body());
    assertThat(body.getJsonObject("settings").getString("resolution")).isEqualTo("720p");
    assertThat(body.getJsonObject("options").getString("external_task_id"))
        .isEqualTo(attempt.externalId());
    assertThat(body.containsKey("model_name")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void the_body_carries_the_address_of_our_own_callback(Dialect dialect) {
    speech.preferred.put("a kling-v2-6", dialect);
    calledAt = Optional.of("https://backlot.example/");

    JsonObject body =
        new JsonObject(planOne(job("text2video", "kling-v2-6", "{\"prompt\":\"p\"}"), "a").body());

    JsonObject ours = dialect == Dialect.LEGACY ? body : body.getJsonObject("options");
    assertThat(ours.getString("callback_url"))
        .isEqualTo("https://backlot.example/a/" + new UUID(7, 7));
  }

  @Test
  void where_nobody_shall_call_the_body_has_no_address() {
    PlannedAttempt attempt = planOne(job("text2video", "kling-v2-6", "{\"prompt\":\"p\"}"), "a");

    assertThat(attempt.body()).doesNotContain("callback");
  }

  @Test
  void what_cannot_go_the_preferred_way_goes_its_own() {
    speech.preferred.put("a kling-v2-6", Dialect.PATH_PER_MODEL);
    QueuedJob job = job("text2video", "kling-v2-6", "{\"prompt\":\"p\",\"negative_prompt\":\"n\"}");

    assertThat(planOne(job, "a").path()).isEqualTo("/v1/videos/text2video");
  }

  @Test
  void an_account_that_does_not_speak_a_kinds_own_dialect_takes_another_way() {
    PlannedAttempt attempt =
        planOne(job("text-to-video", "kling-2.6", "{\"prompt\":\"p\"}"), "legacy");

    assertThat(attempt.path()).isEqualTo("/v1/videos/text2video");
    assertThat(attempt.lookup()).isEqualTo(LookupBy.PATH);
    assertThat(new JsonObject(attempt.body()).getString("model_name")).isEqualTo("kling-v2-6");
  }

  @Test
  void a_job_goes_to_an_account_that_has_a_way_for_it_even_with_less_room() {
    QueuedJob job =
        job("text-to-video", "kling-2.6", "{\"prompt\":\"p\",\"settings\":{\"multi_shot\":true}}");

    assertThat(
            planner.apply(
                List.of(job),
                List.of(
                    new FreeSlots("default", "legacy", CLASS, 5),
                    new FreeSlots("default", "a", CLASS, 1))))
        .extracting(PlannedAttempt::account)
        .containsExactly("a");
  }

  @Test
  void a_job_without_a_way_is_left_out_and_the_others_are_planned() {
    QueuedJob stuck = job("nothing", "kling-v2-6", "{}");
    QueuedJob next = job("text2video", "kling-v2-6", "{\"prompt\":\"p\"}");

    assertThat(
            planner.apply(
                List.of(stuck, next), List.of(new FreeSlots("default", "legacy", CLASS, 5))))
        .hasSize(1);
  }

  @Test
  void a_job_that_only_a_busy_account_can_carry_may_be_planned_later() {
    QueuedJob job =
        job("text-to-video", "kling-2.6", "{\"prompt\":\"p\",\"settings\":{\"multi_shot\":true}}");

    assertThat(planner.mayPlanLater(job)).isTrue();
    assertThat(planner.mayGo(job, "legacy")).isFalse();
    assertThat(planner.mayGo(job, "a")).isTrue();
  }

  @Test
  void a_job_may_go_where_it_can_be_carried_in_another_dialect_than_its_own() {
    QueuedJob job = job("text-to-video", "kling-2.6", "{\"prompt\":\"p\"}");

    assertThat(planner.mayGo(job, "legacy")).isTrue();
  }

  @Test
  void a_job_that_no_account_of_its_pool_can_carry_is_not_planned_later() {
    QueuedJob job =
        new QueuedJob(
            new JobId(new UUID(0, 9)),
            "text-to-video",
            "kling-2.6",
            "legacy",
            CLASS,
            1,
            "{\"prompt\":\"p\",\"settings\":{\"multi_shot\":true}}",
            0);

    assertThat(planner.mayPlanLater(job)).isFalse();
    assertThat(planner.mayGo(job, "legacy")).as("it is found where there is room").isTrue();
  }

  @Test
  void a_job_whose_accounts_either_speak_its_dialect_or_have_slots_is_not_planned_later() {
    QueuedJob job =
        new QueuedJob(
            new JobId(new UUID(0, 9)),
            "text-to-video",
            "kling-2.6",
            "unlike",
            CLASS,
            1,
            "{\"prompt\":\"p\",\"settings\":{\"multi_shot\":true}}",
            0);

    assertThat(planner.mayPlanLater(job)).isFalse();
  }

  private PlannedAttempt planOne(QueuedJob job, String account) {
    return planner.apply(List.of(job), List.of(new FreeSlots("default", account, CLASS, 1))).get(0);
  }

  private static QueuedJob job(String kind, String model, String input) {
    return new QueuedJob(new JobId(new UUID(0, 9)), kind, model, "default", CLASS, 1, input, 0);
  }

  private static QueuedJob pinned(String kind, String model, String input, String pointer) {
    return new QueuedJob(
        new JobId(new UUID(0, 9)),
        kind,
        model,
        "default",
        CLASS,
        1,
        input,
        0,
        new Pinned("b", Map.of(pointer, "8672")));
  }

  @Test
  void a_job_that_uses_an_earlier_ones_result_waits_for_the_account_that_made_it() {
    QueuedJob job = pinned("video-extend", "video-extend", "{\"video_id\":\"80000\"}", "/video_id");

    List<PlannedAttempt> elsewhere =
        planner.apply(List.of(job), List.of(new FreeSlots("default", "a", CLASS, 9)));
    List<PlannedAttempt> there =
        planner.apply(
            List.of(job),
            List.of(
                new FreeSlots("default", "a", CLASS, 9), new FreeSlots("default", "b", CLASS, 1)));

    assertThat(elsewhere).isEmpty();
    assertThat(there).extracting(PlannedAttempt::account).containsExactly("b");
    assertThat(planner.mayPlanLater(job)).isTrue();
    assertThat(planner.mayGo(job, "a")).isFalse();
    assertThat(planner.mayGo(job, "b")).isTrue();
  }

  @Test
  void what_is_used_is_named_as_the_provider_names_it() {
    QueuedJob list =
        pinned(
            "image2video",
            "kling-v3",
            "{\"prompt\":\"p\",\"image\":\"i\",\"element_list\":[{\"element_id\":161},{\"element_id\":80000}]}",
            "/element_list/1/element_id");

    JsonObject body = new JsonObject(planOne(list, "b").body());

    assertThat(body.getJsonArray("element_list").encode())
        .isEqualTo("[{\"element_id\":161},{\"element_id\":8672}]");
  }

  @Test
  void a_kind_whose_input_names_no_model_is_sent_without_one() {
    PlannedAttempt attempt =
        planOne(job("avatar", "avatar", "{\"image\":\"i\",\"sound_file\":\"s\"}"), "a");

    assertThat(attempt.path()).isEqualTo("/v1/videos/avatar/image2video");
    assertThat(new JsonObject(attempt.body()).containsKey("model_name")).isFalse();
  }

  @Test
  void large_numbers_of_the_caller_are_carried_exactly() {
    PlannedAttempt attempt =
        planner.apply(jobs(1), List.of(new FreeSlots("default", "a", CLASS, 1))).get(0);
    assertThat(attempt.body()).contains("12345678901234567890");
  }
}
