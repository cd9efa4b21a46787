package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgAlertsTest {
  private final Store store = new Store();
  private final PgAlerts alerts = new PgAlerts(store.vertx, store.database.pool(), new Random(1));
  private final PgMembership membership =
      new PgMembership(store.vertx, store.database.pool(), new Random(2));
  private final NodeLease one = node("one");
  private final NodeLease two = node("two");

  @BeforeEach
  void evaluate() {
    assertThat(holds(one)).isTrue();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void an_alert_is_pending_then_firing_then_resolved() {
    Alert pending = pending("low-credit", "acme");

    assertThat(save(pending)).containsExactly(pending);
    assertThat(save(firing(pending))).containsExactly(firing(pending));
    assertThat(await(alerts.open())).containsExactly(firing(pending));
    assertThat(save(resolved(firing(pending)))).hasSize(1);
    assertThat(await(alerts.open())).isEmpty();
  }

  @Test
  void what_fires_and_what_is_resolved_is_to_be_told_until_somebody_was() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    assertThat(untold(NOW)).as("pending").isEmpty();
    save(firing(pending));
    assertThat(untold(NOW.plusSeconds(60))).containsExactly(firing(pending));

    await(alerts.told(firing(pending)));

    assertThat(untold(NOW.plusSeconds(60))).isEmpty();
    save(resolved(firing(pending)));
    assertThat(untold(NOW.plusSeconds(60))).containsExactly(resolved(firing(pending)));
  }

  @Test
  void what_never_fired_is_resolved_in_silence() {
    Alert pending = pending("low-credit", "acme");
    save(pending);

    save(resolved(pending));

    assertThat(untold(NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void an_alert_that_was_resolved_meanwhile_is_not_told_by_the_news_that_it_fired() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    save(firing(pending));
    save(resolved(firing(pending)));

    await(alerts.told(firing(pending)));

    assertThat(untold(NOW.plusSeconds(60))).containsExactly(resolved(firing(pending)));
  }

  @Test
  void what_nobody_took_waits_for_longer_each_time_and_in_the_end_for_ever() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    Alert firing = firing(pending);
    save(firing);

    assertThat(await(alerts.tellLater(firing, 3, NOW))).isTrue();
    assertThat(untold(NOW.plusSeconds(9))).isEmpty();
    assertThat(untold(NOW.plusSeconds(10))).hasSize(1);
    assertThat(await(alerts.tellLater(firing, 3, NOW))).isTrue();
    assertThat(untold(NOW.plusSeconds(19))).isEmpty();
    assertThat(untold(NOW.plusSeconds(20))).hasSize(1);
    assertThat(await(alerts.tellLater(firing, 3, NOW))).isFalse();
    assertThat(untold(NOW.plusSeconds(1_000_000))).isEmpty();
  }

  @Test
  void an_alert_that_was_resolved_meanwhile_does_not_wait_for_the_news_that_it_fired() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    save(firing(pending));
    save(resolved(firing(pending)));

    assertThat(await(alerts.tellLater(firing(pending), 3, NOW))).isFalse();

    assertThat(untold(NOW.plusSeconds(2))).containsExactly(resolved(firing(pending)));
  }

  @Test
  void of_two_nodes_that_fire_the_same_alert_one_has_to_notify() {
    Alert pending = pending("low-credit", "acme");
    save(pending);

    assertThat(save(firing(pending))).hasSize(1);
    assertThat(save(firing(pending))).isEmpty();
  }

  @Test
  void a_subject_has_at_most_one_open_alert() {
    Alert first = pending("low-credit", "acme");
    save(first);

    assertThat(save(pending("low-credit", "acme"))).isEmpty();
    assertThat(await(alerts.open())).containsExactly(first);
  }

  @Test
  void a_resolved_alert_makes_room_for_the_next_in_the_same_call() {
    Alert first = pending("low-credit", "acme");
    save(first);
    Alert second = pending("low-credit", "acme");

    assertThat(save(resolved(first), second)).hasSize(2);
    assertThat(await(alerts.open())).containsExactly(second);
  }

  @Test
  void what_is_resolved_stays_resolved() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    save(resolved(pending));

    assertThat(save(firing(pending))).isEmpty();
    assertThat(await(alerts.open())).isEmpty();
  }

  @Test
  void of_two_nodes_that_claim_at_the_same_time_each_gets_what_the_other_does_not() {
    List<Alert> fired =
        IntStream.range(0, 40).mapToObj(n -> firing(pending("low-credit", "tenant-" + n))).toList();
    await(alerts.save(one, fired));
    Instant now = NOW.plusSeconds(60);

    List<Future<List<Alert>>> claims =
        IntStream.range(0, 20)
            .mapToObj(n -> alerts.claimUntold(4, now, now.plusSeconds(15)))
            .toList();

    List<Alert> claimed = claims.stream().flatMap(claim -> await(claim).stream()).toList();
    assertThat(claimed).doesNotHaveDuplicates();
    assertThat(await(alerts.claimUntold(40, now, now.plusSeconds(15))))
        .doesNotContainAnyElementsOf(claimed);
  }

  @Test
  void what_is_claimed_is_nobody_elses_until_the_claim_is_over() {
    Alert firing = firing(pending("low-credit", "acme"));
    save(firing);
    Instant now = NOW.plusSeconds(60);
    Instant until = now.plusSeconds(15);
    await(alerts.claimUntold(10, now, until));

    assertThat(untold(until.minusMillis(1))).isEmpty();
    assertThat(untold(until)).containsExactly(firing);
  }

  @Test
  void what_is_resolved_while_it_is_being_told_is_told_by_itself() {
    Alert firing = firing(pending("low-credit", "acme"));
    save(firing);
    Instant now = NOW.plusSeconds(60);
    await(alerts.claimUntold(10, now, now.plusSeconds(15)));

    save(resolved(firing));
    await(alerts.told(firing));

    assertThat(untold(now)).containsExactly(resolved(firing));
  }

  @Test
  void a_node_that_lost_the_duty_while_it_was_paused_moves_and_opens_nothing() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    save(firing(pending));
    outlive(one);
    assertThat(holds(two)).isTrue();

    assertThat(save(resolved(firing(pending)), pending("low-credit", "other"))).isEmpty();

    assertThat(await(alerts.open())).containsExactly(firing(pending));
    assertThat(await(alerts.save(two, List.of(resolved(firing(pending)))))).hasSize(1);
  }

  @Test
  void nor_under_the_epoch_with_which_it_has_joined_again() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    outlive(one);
    register(one, "one");

    assertThat(save(firing(pending))).isEmpty();
  }

  @Test
  void a_node_whose_lease_or_duty_has_run_out_moves_nothing_though_nobody_has_taken_over() {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    store.database.execute("UPDATE duty SET expires_at = backlot_now()");
    assertThat(save(firing(pending))).isEmpty();
    assertThat(holds(one)).isTrue();
    outlive(one);

    assertThat(save(firing(pending))).isEmpty();
  }

  @Test
  void a_move_that_meets_a_take_over_under_way_waits_for_it_and_comes_to_nothing()
      throws SQLException {
    Alert pending = pending("low-credit", "acme");
    save(pending);
    Future<List<Alert>> late;
    try (Connection taker = store.database.owner();
        Statement statement = taker.createStatement()) {
      taker.setAutoCommit(false);
      statement.execute("UPDATE duty SET owner = '" + two.node() + "', epoch = " + two.epoch());
      late = alerts.save(one, List.of(firing(pending)));
      waitForItsLock();
      taker.commit();
    }

    assertThat(await(late)).isEmpty();
    assertThat(await(alerts.open())).containsExactly(pending);
  }

  private void waitForItsLock() {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (store.database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
      assertThat(System.nanoTime()).as("the statement waits").isLessThan(limit);
    }
  }

  private NodeLease node(String name) {
    NodeLease lease =
        new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofSeconds(10), System::nanoTime);
    register(lease, name);
    return lease;
  }

  private void register(NodeLease lease, String name) {
    lease.renewed(await(membership.register(lease, name)), lease.tick());
  }

  private boolean holds(NodeLease node) {
    return await(membership.holdDuty(node, Alerts.DUTY, Duration.ofMinutes(1)));
  }

  /** Its lease runs out, and with it the duty is anybody's. */
  private void outlive(NodeLease node) {
    store.database.execute(
        "UPDATE node SET heartbeat_at = '-infinity' WHERE id = '" + node.node() + "'");
  }

  /** A claim that is over at once leaves all as it was. */
  private List<Alert> untold(Instant now) {
    return await(alerts.claimUntold(10, now, now));
  }

  private List<Alert> save(Alert... changed) {
    return await(alerts.save(one, List.of(changed)));
  }

  private static Alert pending(String rule, String subject) {
    return new Alert(
        UUID.randomUUID(), rule, subject, AlertState.PENDING, "20 % left", NOW, null, null);
  }

  private static Alert firing(Alert alert) {
    return new Alert(
        alert.id(),
        alert.rule(),
        alert.subject(),
        AlertState.FIRING,
        alert.summary(),
        NOW,
        NOW.plusSeconds(1),
        null);
  }

  private static Alert resolved(Alert alert) {
    return new Alert(
        alert.id(),
        alert.rule(),
        alert.subject(),
        AlertState.RESOLVED,
        alert.summary(),
        NOW,
        alert.firedAt(),
        NOW.plusSeconds(2));
  }
}
