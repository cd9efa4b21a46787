package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofMillis(400);
  private static final Duration LATEST = Duration.ofSeconds(2);

  private final Watch watch = new Watch(running(), NOW);

  private static Running running() {
    AttemptRef ref =
        new AttemptRef(
            new AttemptId(new UUID(1, 1)),
            new JobId(new UUID(2, 1)),
            new TenantId(new UUID(3, 1)),
            1,
            "account-a",
            "/v1/videos/text2video",
            "external-1");
    return new Running(
        ref,
        "path-per-model",
        "task-1",
        "kling-v3",
        NOW,
        0,
        null,
        new RenderProfile("text2video", "kling-v3", "pro", 5));
  }

  private List<Long> pausesMillis(int questions) {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < questions; i++) {
      watch.giveUp(NOW, PATIENCE, NOW.plus(LATEST));
      pauses.add(Duration.between(NOW, watch.due()).toMillis());
    }
    return pauses;
  }

  @Test
  void what_hangs_is_asked_for_at_once_and_then_after_pauses_that_double_up_to_a_bound() {
    assertThat(pausesMillis(8)).containsExactly(0L, 0L, 0L, 0L, 400L, 800L, 1_600L, 2_000L);
  }

  @Test
  void however_often_it_hangs_the_pause_has_a_bound() {
    assertThat(pausesMillis(200)).endsWith(LATEST.toMillis());
  }

  @Test
  void an_answer_makes_it_hurry_again() {
    pausesMillis(8);
    watch.answered();

    assertThat(pausesMillis(1)).containsExactly(0L);
  }

  @Test
  void callbacks_that_stay_away_again_and_again_hurry_it_once_until_it_is_asked_for() {
    watch.askAgain(NOW, NOW.plusSeconds(60));

    watch.expectNoCallback(NOW.plusSeconds(4));
    watch.expectNoCallback(NOW.plusSeconds(1));
    assertThat(watch.due()).isEqualTo(NOW.plusSeconds(4));

    watch.asking(NOW.plusSeconds(4), Duration.ZERO);
    watch.askAgain(NOW.plusSeconds(4), NOW.plusSeconds(60));
    watch.expectNoCallback(NOW.plusSeconds(7));
    assertThat(watch.due()).isEqualTo(NOW.plusSeconds(7));
  }
}
