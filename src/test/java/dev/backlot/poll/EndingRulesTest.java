package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.job.TimeoutPolicy;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EndingRulesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final AttemptRef REF =
      new AttemptRef(
          new AttemptId(new UUID(1, 1)),
          new JobId(new UUID(1, 2)),
          new TenantId(new UUID(1, 3)),
          1,
          "main",
          "/v1/videos/text2video",
          "abcd1234-1");

  private final EndingRules rules =
      new EndingRules(
          3,
          tries -> Duration.ofSeconds(10L * tries),
          new TimeOut(TimeoutPolicy.WAIT, Duration.ofHours(1)));

  private Ending afterFailures(int before, ErrorCode code) {
    Running running =
        new Running(
            REF,
            "legacy",
            "task",
            "kling-v2-6",
            NOW.minusSeconds(60),
            before,
            null,
            new RenderProfile("text2video", "kling-v2-6", "std", 5));
    TaskReport failed = new TaskReport.Failed("task", code, "It failed.", null, "{}");
    return rules.ending(running, new TaskLookup.Found(failed), NOW).orElseThrow();
  }

  @Test
  void a_failed_task_is_tried_again_after_a_pause_that_grows_with_its_failures() {
    assertThat(afterFailures(0, ErrorCode.GENERATION_FAILED))
        .isInstanceOfSatisfying(
            Ending.TryAgain.class,
            again -> assertThat(again.notBefore()).isEqualTo(NOW.plusSeconds(10)));
    assertThat(afterFailures(1, ErrorCode.GENERATION_FAILED))
        .isInstanceOfSatisfying(
            Ending.TryAgain.class,
            again -> assertThat(again.notBefore()).isEqualTo(NOW.plusSeconds(20)));
  }

  @Test
  void the_last_failed_task_that_policy_allows_ends_it() {
    assertThat(afterFailures(2, ErrorCode.GENERATION_FAILED)).isInstanceOf(Ending.Failed.class);
  }

  @Test
  void what_fails_for_its_content_is_not_tried_again() {
    assertThat(afterFailures(0, ErrorCode.CONTENT_REJECTED)).isInstanceOf(Ending.Failed.class);
  }
}
