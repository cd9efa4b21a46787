package dev.backlot.domain.credit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CreditsTest {
  @Test
  void amounts_with_other_trailing_zeros_are_equal() {
    assertThat(Credits.of("2.40")).isEqualTo(Credits.of("2.4"));
  }

  @Test
  void a_tenth_added_ten_times_is_exactly_one() {
    Credits sum = Credits.ZERO;
    for (int i = 0; i < 10; i++) {
      sum = sum.plus(Credits.of("0.1"));
    }
    assertThat(sum).isEqualTo(Credits.of("1"));
  }

  @Test
  void the_text_is_the_shortest_plain_decimal() {
    assertThat(Credits.of("1000.500000").toString()).isEqualTo("1000.5");
    assertThat(Credits.of("100").toString()).isEqualTo("100");
    assertThat(Credits.ZERO.toString()).isEqualTo("0");
  }

  @Test
  void what_the_ledger_cannot_hold_is_refused() {
    assertThatThrownBy(() -> Credits.of("0.0000001")).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Credits.of("123456789012345")).isInstanceOf(ArithmeticException.class);
  }

  /** Writing out such a number takes seconds, or all memory. */
  @Test
  @Timeout(5)
  void a_huge_number_is_refused_before_it_is_written_out() {
    List<String> texts =
        List.of("1e20000000", "1e-20000000", "1".repeat(5_000_000), "NaN", "", "+5");
    for (String text : texts) {
      assertThatThrownBy(() -> Credits.of(text)).isInstanceOf(NumberFormatException.class);
    }
    List<BigDecimal> values =
        List.of(
            new BigDecimal("1e20000000"),
            new BigDecimal("1e-20000000"),
            new BigDecimal(BigInteger.ONE.shiftLeft(10_000_000), 6));
    for (BigDecimal value : values) {
      assertThatThrownBy(() -> new Credits(value)).isInstanceOf(ArithmeticException.class);
    }
  }
}
