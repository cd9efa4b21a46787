package dev.backlot.domain.credit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettlementTest {
  private static final Credits RESERVED = Credits.of("5");

  @Test
  void a_success_without_a_named_charge_settles_what_was_reserved() {
    assertThat(Settlement.ofSuccess(RESERVED, null)).isEqualTo(settlement("5", "0", "0", "0"));
  }

  @Test
  void a_smaller_charge_gives_the_rest_back() {
    assertThat(Settlement.ofSuccess(RESERVED, Credits.of("3.5")))
        .isEqualTo(settlement("3.5", "1.5", "0", "0"));
  }

  @Test
  void a_charge_of_the_reserved_amount_gives_nothing_back() {
    assertThat(Settlement.ofSuccess(RESERVED, Credits.of("5.0")))
        .isEqualTo(settlement("5", "0", "0", "0"));
  }

  @Test
  void a_larger_charge_goes_to_drift_and_not_to_the_tenant() {
    assertThat(Settlement.ofSuccess(RESERVED, Credits.of("7")))
        .isEqualTo(settlement("5", "0", "2", "0"));
  }

  @Test
  void a_charge_of_nothing_gives_everything_back() {
    assertThat(Settlement.ofSuccess(RESERVED, Credits.ZERO))
        .isEqualTo(settlement("0", "5", "0", "0"));
  }

  @Test
  void a_failure_is_never_charged_to_the_tenant() {
    assertThat(Settlement.ofFailure(RESERVED, Credits.of("7")))
        .isEqualTo(settlement("0", "5", "0", "7"));
  }

  @Test
  void a_failure_without_a_charge_costs_nobody_anything() {
    assertThat(Settlement.ofFailure(RESERVED, null)).isEqualTo(settlement("0", "5", "0", "0"));
  }

  private static Settlement settlement(String settled, String released, String drift, String loss) {
    return new Settlement(
        Credits.of(settled), Credits.of(released), Credits.of(drift), Credits.of(loss));
  }
}
