package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.QueuedJob;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StuckJobsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final StuckJobs stuck = new StuckJobs();

  private static QueuedJob job(String kind) {
    return new QueuedJob(
        new JobId(new UUID(0, 9)), kind, "kling-3.0", "default", "kling-v3/video", 1, "{}", 0);
  }

  @Test
  void the_first_stuck_job_is_told_at_once() {
    assertThat(stuck.note(List.of(job("text-to-video")), NOW))
        .contains(Map.of("text-to-video/kling-3.0", 1));
  }

  @Test
  void more_of_them_are_told_together_a_minute_later() {
    stuck.note(List.of(job("text-to-video")), NOW);

    assertThat(stuck.note(List.of(job("a"), job("a")), NOW.plusSeconds(1))).isEmpty();
    assertThat(stuck.note(List.of(job("b")), NOW.plusSeconds(60)))
        .contains(Map.of("a/kling-3.0", 2, "b/kling-3.0", 1));
  }

  @Test
  void where_none_is_stuck_nothing_is_told() {
    assertThat(stuck.note(List.of(), NOW)).isEmpty();
  }
}
