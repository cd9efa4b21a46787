package dev.backlot.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlertCourierTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final NodeLease LEASE =
      new NodeLease(new NodeId(new UUID(0, 1)), Duration.ofSeconds(10), System::nanoTime);

  private final FakeAlerts alerts = new FakeAlerts();
  private final List<Alert> posted = new ArrayList<>();
  private Future<Void> answer = Future.succeededFuture();
  private Duration pause = Duration.ZERO;
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void what_fires_is_told_once() {
    alerts.save(LEASE, List.of(alert(AlertState.FIRING, now)));

    courier().runOnce();
    courier().runOnce();

    assertThat(posted).hasSize(1);
  }

  @Test
  void what_is_only_pending_is_told_to_nobody() {
    alerts.save(LEASE, List.of(alert(AlertState.PENDING, null)));

    courier().runOnce();

    assertThat(posted).isEmpty();
  }

  @Test
  void what_nobody_took_is_told_again_after_a_pause_that_doubles() {
    alerts.save(LEASE, List.of(alert(AlertState.FIRING, now)));
    answer = Future.failedFuture("down");
    courier().runOnce();
    now = now.plusSeconds(9);
    courier().runOnce();
    assertThat(posted).hasSize(1);
    now = now.plusSeconds(1);
    courier().runOnce();
    assertThat(posted).hasSize(2);
    answer = Future.succeededFuture();
    now = now.plusSeconds(20);

    courier().runOnce();
    now = now.plusSeconds(3_600);
    courier().runOnce();

    assertThat(posted).hasSize(3);
  }

  @Test
  void in_the_end_it_is_given_up() {
    alerts.save(LEASE, List.of(alert(AlertState.FIRING, now)));
    answer = Future.failedFuture("down");

    for (int i = 0; i < 2 * AlertCourier.TRIES; i++) {
      courier().runOnce();
      now = now.plusSeconds(100_000_000);
    }

    assertThat(posted).hasSize(AlertCourier.TRIES);
  }

  @Test
  void while_one_tells_no_other_does() {
    alerts.save(LEASE, List.of(alert(AlertState.FIRING, now)));
    answer = Promise.<Void>promise().future();
    courier().runOnce();

    now = now.plus(TIMEOUT);
    courier().runOnce();

    assertThat(posted).hasSize(1);
  }

  @Test
  void what_a_node_could_not_finish_is_told_by_another_after_the_claim() {
    alerts.save(LEASE, List.of(alert(AlertState.FIRING, now)));
    answer = Promise.<Void>promise().future();
    courier().runOnce();

    now = now.plus(TIMEOUT).plus(AlertCourier.MARGIN);
    courier().runOnce();

    assertThat(posted).hasSize(2);
  }

  @Test
  void a_node_that_was_paused_after_its_claim_leaves_the_telling_to_the_next() {
    alerts.save(LEASE, List.of(alert(AlertState.FIRING, now)));
    pause = AlertCourier.MARGIN.plusMillis(1);
    courier().runOnce();
    assertThat(posted).isEmpty();
    pause = Duration.ZERO;

    now = now.plus(TIMEOUT).plus(AlertCourier.MARGIN);
    courier().runOnce();

    assertThat(posted).hasSize(1);
  }

  private AlertCourier courier() {
    return new AlertCourier(
        alerts,
        alert -> {
          posted.add(alert);
          return answer;
        },
        TIMEOUT,
        clock());
  }

  /** The pause comes after the first look at the clock. */
  private InstantSource clock() {
    Iterator<Duration> pauses = List.of(Duration.ZERO, pause).iterator();
    return () -> now.plus(pauses.hasNext() ? pauses.next() : pause);
  }

  private static Alert alert(AlertState state, @Nullable Instant firedAt) {
    Instant since = Instant.parse("2026-03-01T11:59:00Z");
    return new Alert(
        new UUID(1, 1), "breaker_open", "main", state, "It is open.", since, firedAt, null);
  }
}
