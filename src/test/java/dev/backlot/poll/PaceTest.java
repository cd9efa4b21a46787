package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration LONGEST = Duration.ofSeconds(4);
  private static final PollCadence CADENCE =
      new PollCadence(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          LONGEST,
          Duration.ofMinutes(1),
          Duration.ofMinutes(15),
          Duration.ofMinutes(1),
          Duration.ofMillis(200));

  private final Pace pace = new Pace(CADENCE, new RenderTimes(), new Random(5));

  private static Running running(String account, String dialect) {
    AttemptRef ref =
        new AttemptRef(
            new AttemptId(new UUID(1, 1)),
            new JobId(new UUID(2, 1)),
            new TenantId(new UUID(3, 1)),
            1,
            account,
            "/v1/videos/text2video",
            "external-1");
    return new Running(
        ref,
        dialect,
        "task-1",
        "kling-v3",
        NOW.minusSeconds(200),
        0,
        null,
        new RenderProfile("text2video", "kling-v3", "pro", 5));
  }

  private Duration pause(Running running) {
    return Duration.between(NOW, pace.next(running, NOW));
  }

  @Test
  void callbacks_of_one_dialect_make_the_polls_of_no_other_rarer() {
    Running told = running("account-a", "path-per-model");
    for (int ends = 0; ends < 24; ends++) {
      pace.ended(told, true);
    }

    assertThat(pause(told)).isGreaterThan(LONGEST.multipliedBy(2));
    assertThat(pause(running("account-a", "legacy"))).isLessThanOrEqualTo(LONGEST);
    assertThat(pause(running("account-b", "path-per-model"))).isLessThanOrEqualTo(LONGEST);
  }
}
