package dev.backlot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pack shows of its charges, at lags below and above its sums of a minute. */
class PackTest {
  /** In the middle of a minute. */
  private static final long START = Instant.parse("2026-09-01T10:00:37.500Z").toEpochMilli();

  private static Pack pack(String lag) {
    return new Pack("pack", new BigDecimal(100), Duration.parse(lag));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT1S", "PT30S", "PT59S", "PT1M", "PT12H"})
  void every_charge_shows_when_the_lag_is_over(String lag) {
    Pack pack = pack(lag);
    long last = START;
    for (int i = 0; i < 20; i++) {
      last = START + i * 700L;
      pack.bill(BigDecimal.ONE, last);
    }

    assertThat(pack.remainingAsShown(last + Duration.parse(lag).toMillis())).isEqualTo("80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT1S", "PT30S", "PT12H"})
  void charges_that_come_between_looks_are_not_lost(String lag) {
    Pack pack = pack(lag);
    long millis = Duration.parse(lag).toMillis();

    for (int i = 1; i <= 5; i++) {
      long now = START + i * (millis + 1);
      pack.bill(BigDecimal.ONE, now);
      assertThat(pack.remainingAsShown(now + millis)).isEqualTo(String.valueOf(100 - i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT30S", "PT12H"})
  void a_charge_does_not_show_before_nearly_all_of_the_lag(String lag) {
    Pack pack = pack(lag);
    pack.bill(BigDecimal.ONE, START);

    long nearly = Duration.parse(lag).toMillis() * 59 / 60 - 1;
    assertThat(pack.remainingAsShown(START + nearly)).isEqualTo("100");
  }
}
