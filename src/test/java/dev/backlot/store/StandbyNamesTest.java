package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandbyNamesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|0",
        "*|1",
        "one|1",
        "one, two|1",
        "2 (one, two)|2",
        "FIRST 2 (one, two, three)|2",
        "any 3 (*)|3",
        " ANY  2(a,b,c)|2",
        "first|1",
        "\"2 (a)\"|1"
      })
  void a_commit_waits_for_so_many(String names, int needed) {
    assertThat(StandbyNames.needed(names)).isEqualTo(needed);
  }
}
