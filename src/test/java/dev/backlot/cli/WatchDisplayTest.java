package dev.backlot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WatchDisplayTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:01:30Z");
  private static final Instant ACCEPTED = Instant.parse("2026-03-01T12:00:00Z");

  private final StringWriter out = new StringWriter();

  @Test
  void a_line_has_bar_percent_state_and_age() {
    assertThat(WatchDisplay.line(job(1, JobState.SUBMITTING), NOW))
        .isEqualTo(
            "01900000-0000-7000-8000-000000000000  [##......................]   8 %  "
                + "submitting 1 min 30 s");
  }

  @Test
  void a_failed_job_has_another_bar() {
    assertThat(WatchDisplay.line(job(1, JobState.FAILED), NOW))
        .contains("[" + "x".repeat(24) + "]");
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void only_an_end_fills_the_bar(JobState state) {
    WatchedJob ages = job(1, state);

    assertThat(ages.progress(NOW.plusSeconds(1_000_000)) == 1.0).isEqualTo(state.isTerminal());
  }

  @Test
  void a_terminal_is_drawn_in_place() {
    WatchDisplay display = new WatchDisplay(new PrintWriter(out), true);
    display.show(List.of(job(1, JobState.QUEUED)), null, NOW);

    display.show(List.of(job(2, JobState.RUNNING)), null, NOW);

    assertThat(out.toString()).contains("\u001b[2A");
  }

  @Test
  void a_file_gets_one_plain_line_for_each_transition() {
    WatchDisplay display = new WatchDisplay(new PrintWriter(out), false);
    display.show(List.of(job(1, JobState.QUEUED)), null, NOW);
    display.show(List.of(job(1, JobState.QUEUED)), null, NOW);
    display.show(List.of(job(2, JobState.RUNNING)), null, NOW);

    assertThat(out.toString().lines()).hasSize(2).noneMatch(line -> line.contains("\u001b"));
  }

  private static WatchedJob job(int version, JobState state) {
    JobId id = new JobId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE));
    return new WatchedJob(
        id, version, state, ACCEPTED, state.isTerminal() ? NOW : ACCEPTED, null, List.of());
  }
}
