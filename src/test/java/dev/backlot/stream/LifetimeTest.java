package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.StreamScope;
import dev.backlot.stream.Lifetime.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** 5 s to say who it is, a heartbeat each 10 s, 45 s of silence, 10 s to take what is sent. */
class LifetimeTest {
  private static final Instant START = Instant.parse("2026-05-04T10:00:00Z");

  private final Pass pass = new Pass(Duration.ofMinutes(30));
  private final Lifetime lifetime = new Lifetime(StreamServer.config(), pass, START);

  @Test
  void who_does_not_say_who_it_is_in_time_goes() {
    assertThat(lifetime.due(after(5))).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(after(6))).as("may be there, and not be read").isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(after(6))).isEqualTo(Due.UNKNOWN);
  }

  @Test
  void who_has_said_it_is_not_late_while_it_is_looked_up() {
    lifetime.judge();
    assertThat(lifetime.due(after(8))).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(after(9))).isEqualTo(Due.NOTHING);

    lifetime.judged();

    assertThat(lifetime.due(after(9))).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(after(9))).isEqualTo(Due.UNKNOWN);
  }

  @Test
  void a_heartbeat_is_due_once_in_each_pause() {
    lifetime.admit();

    assertThat(lifetime.due(after(10))).isEqualTo(Due.HEARTBEAT);
    assertThat(lifetime.due(after(11))).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(after(20))).isEqualTo(Due.HEARTBEAT);
  }

  @Test
  void who_is_not_heard_goes() {
    lifetime.admit();
    lifetime.heard(after(30));

    assertThat(lifetime.due(after(75))).isEqualTo(Due.HEARTBEAT);
    assertThat(lifetime.due(after(76))).isEqualTo(Due.SILENT);
  }

  @Test
  void an_ended_credential_comes_before_doubt_and_silence() {
    admitUntil(after(60));
    lifetime.heard(after(59));

    assertThat(lifetime.due(after(59))).isEqualTo(Due.HEARTBEAT);
    assertThat(lifetime.due(after(4_000))).isEqualTo(Due.EXPIRED);
  }

  @Test
  void a_credential_that_nobody_could_ask_about_is_not_believed_for_ever() {
    admitUntil(null);
    lifetime.heard(after(1_801));

    assertThat(lifetime.due(after(1_801))).isEqualTo(Due.DOUBTFUL);
  }

  @Test
  void who_does_not_take_what_is_sent_is_sent_away_and_then_cut_off() {
    lifetime.admit();
    lifetime.whenDrained(START, () -> {});

    assertThat(lifetime.due(after(10))).isEqualTo(Due.HEARTBEAT);
    assertThat(lifetime.due(after(11))).isEqualTo(Due.SLOW);
    assertThat(lifetime.close(after(11))).isTrue();
    assertThat(lifetime.due(after(21))).isEqualTo(Due.NOTHING);
    assertThat(lifetime.due(after(22))).isEqualTo(Due.CUT);
  }

  @Test
  void who_has_room_again_is_called_back_once_and_waited_for_no_more() {
    AtomicInteger called = new AtomicInteger();
    lifetime.admit();
    lifetime.whenDrained(START, called::incrementAndGet);

    lifetime.drained();
    lifetime.drained();

    assertThat(called).hasValue(1);
    assertThat(lifetime.due(after(30))).isEqualTo(Due.HEARTBEAT);
  }

  @Test
  void a_goodbye_is_said_once_and_calls_nobody_back() {
    AtomicInteger called = new AtomicInteger();
    lifetime.whenDrained(START, called::incrementAndGet);

    assertThat(lifetime.close(after(1))).isTrue();
    assertThat(lifetime.close(after(2))).isFalse();
    lifetime.drained();

    assertThat(called).hasValue(0);
  }

  @Test
  void nothing_is_due_when_the_connection_is_gone() {
    lifetime.whenDrained(START, () -> {});

    lifetime.gone();

    assertThat(lifetime.due(after(100_000))).isEqualTo(Due.NOTHING);
  }

  private void admitUntil(@Nullable Instant end) {
    pass.take(
        new Access(StreamServer.TENANT, new StreamScope.WholeTenant(), "id", end == null, end),
        START);
    lifetime.admit();
  }

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }
}
