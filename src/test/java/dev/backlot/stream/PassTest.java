package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.StreamScope;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PassTest {
  private static final Instant NOW = FakeEventLog.START;

  private final Pass pass = new Pass(Duration.ofSeconds(30));

  @Test
  void only_one_credential_is_judged_at_a_time() {
    pass.show(NOW);

    assertRefused(NOW, ErrorCode.INVALID_REQUEST);
    pass.answered();
    pass.show(NOW);
  }

  @Test
  void ten_are_judged_in_a_minute_and_ten_in_the_next() {
    for (int n = 0; n < 10; n++) {
      pass.show(NOW);
      pass.answered();
    }

    assertRefused(NOW.plusSeconds(59), ErrorCode.RATE_LIMITED);
    pass.show(NOW.plusSeconds(60));
  }

  @Test
  void a_key_has_no_end_of_which_to_warn() {
    pass.take(access(null), NOW);

    assertThat(pass.hasExpired(Instant.MAX)).isFalse();
    assertThat(pass.endToWarnOf(Instant.MAX)).isEmpty();
  }

  @Test
  void a_warning_comes_once_a_minute_before_the_end() {
    Instant end = NOW.plusSeconds(600);
    pass.take(access(end), NOW);

    assertThat(pass.endToWarnOf(NOW.plusSeconds(539))).isEmpty();
    assertThat(pass.endToWarnOf(NOW.plusSeconds(540))).contains(end);
    assertThat(pass.endToWarnOf(NOW.plusSeconds(541))).isEmpty();
    assertThat(pass.hasExpired(end.minusMillis(1))).isFalse();
    assertThat(pass.hasExpired(end)).isTrue();
  }

  @Test
  void a_short_token_is_warned_of_at_half_its_time() {
    pass.take(access(NOW.plusSeconds(20)), NOW);

    assertThat(pass.endToWarnOf(NOW.plusSeconds(9))).isEmpty();
    assertThat(pass.endToWarnOf(NOW.plusSeconds(10))).isPresent();
  }

  @Test
  void a_new_token_has_a_warning_of_its_own() {
    pass.take(access(NOW.plusSeconds(20)), NOW);
    pass.endToWarnOf(NOW.plusSeconds(10));

    pass.take(access(NOW.plusSeconds(40)), NOW.plusSeconds(10));

    assertThat(pass.hasExpired(NOW.plusSeconds(20))).isFalse();
    assertThat(pass.endToWarnOf(NOW.plusSeconds(24))).isEmpty();
    assertThat(pass.endToWarnOf(NOW.plusSeconds(25))).contains(NOW.plusSeconds(40));
  }

  @Test
  void what_nobody_could_ask_about_is_doubtful_after_its_time() {
    assertThat(pass.isDoubtful(NOW)).as("nothing shown").isFalse();
    pass.take(access(null), NOW);

    assertThat(pass.isDoubtful(NOW.plusSeconds(30))).isFalse();
    assertThat(pass.isDoubtful(NOW.plusSeconds(31))).isTrue();
    pass.confirm(NOW.plusSeconds(31));
    assertThat(pass.isDoubtful(NOW.plusSeconds(61))).isFalse();
  }

  private void assertRefused(Instant now, ErrorCode code) {
    assertThatThrownBy(() -> pass.show(now))
        .isInstanceOfSatisfying(
            BacklotException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private static Access access(@Nullable Instant end) {
    return new Access(
        StreamServer.TENANT, new StreamScope.WholeTenant(), "aaaaaaaaaaaa", end == null, end);
  }
}
