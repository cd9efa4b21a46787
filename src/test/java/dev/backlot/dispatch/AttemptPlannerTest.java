package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.catalog.Routing;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttemptPlannerTest {
  private static final String CLASS = "kling-v2-6/video";
  private static final Routing ROUTING =
      new Routing() {
        @Override
        public Route route(String kind) {
          return new Route(Dialect.LEGACY, "/v1/videos/" + kind);
        }
      };

  private final AttemptPlanner planner =
      new AttemptPlanner(
          ROUTING, (account, dialect) -> !account.equals("mute"), "abcdefgh", () -> new UUID(7, 7));

  private static List<QueuedJob> jobs(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                new QueuedJob(
                    new JobId(new UUID(0, n)),
                    "text2video",
                    "kling-v2-6",
                    "default",
                    CLASS,
                    1,
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
  void an_account_whose_ceiling_shrank_below_what_is_in_flight_gets_nothing() {
    assertThat(planner.apply(jobs(1), List.of(new FreeSlots("default", "a", CLASS, -3)))).isEmpty();
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
  void large_numbers_of_the_caller_are_carried_exactly() {
    PlannedAttempt attempt =
        planner.apply(jobs(1), List.of(new FreeSlots("default", "a", CLASS, 1))).get(0);
    assertThat(attempt.body()).contains("12345678901234567890");
  }
}
