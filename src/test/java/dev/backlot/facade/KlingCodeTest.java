package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KlingCodeTest {
  private static final Set<Integer> STATUSES = Set.of(400, 401, 403, 404, 429, 500, 503, 504);

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void whatever_fails_with_us_is_an_error_that_clients_know(ErrorCode code) {
    KlingCode theirs = KlingCode.of(code);

    assertThat(STATUSES).contains(theirs.status());
    assertThat(theirs.number()).isBetween(1000, 5002).isNotEqualTo(1303);
  }

  @Test
  void too_little_credit_is_1102_both_ways() {
    assertThat(KlingCode.of(ErrorCode.CREDIT_EXHAUSTED)).isEqualTo(KlingCode.BALANCE);
    assertThat(KlingCode.BALANCE.ours()).isEqualTo(ErrorCode.CREDIT_EXHAUSTED);
  }
}
