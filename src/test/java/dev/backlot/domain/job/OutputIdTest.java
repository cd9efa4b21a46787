package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputIdTest {
  @Test
  void an_id_leads_back_to_its_job_and_its_place() {
    OutputId id = OutputId.of(900_000_000_000_000_123L, 7).orElseThrow();

    assertThat(id.text()).isEqualTo("800000000000001237");
    assertThat(OutputId.parse(id.text())).contains(id);
  }

  @Test
  void the_number_of_a_job_and_its_results_name_the_same_job() {
    assertThat(OutputId.jobOf("900000000000000123")).contains(900_000_000_000_000_123L);
    assertThat(OutputId.jobOf("800000000000001237")).contains(900_000_000_000_000_123L);
    assertThat(OutputId.jobOf("829836802793406551")).isEmpty();
  }

  @Test
  void what_stands_behind_the_tenth_has_no_id() {
    assertThat(OutputId.of(900_000_000_000_000_123L, 10)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"867283741759111202", "829836802793406551", "8", "810000000000000000", "x", ""})
  void the_providers_ids_are_none_of_ours(String text) {
    assertThat(OutputId.parse(text)).isEmpty();
  }
}
