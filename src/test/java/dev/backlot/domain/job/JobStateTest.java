package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTest {
  @ParameterizedTest
  @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELED", "EXPIRED"})
  void a_terminal_state_never_changes_again(JobState state) {
    assertThat(state.isTerminal()).isTrue();
    assertThat(Arrays.stream(JobState.values()).filter(state::mayBecome)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void the_text_of_a_state_reads_back(JobState state) {
    assertThat(JobState.parse(state.text())).isEqualTo(state);
  }

  @Test
  void expired_is_reached_only_from_queued_or_held() {
    assertThat(Arrays.stream(JobState.values()).filter(s -> s.mayBecome(JobState.EXPIRED)))
        .containsExactlyInAnyOrder(JobState.QUEUED, JobState.HELD);
  }
}
