package dev.backlot.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.AccountParked;
import dev.backlot.bus.Bus;
import dev.backlot.config.AlertWebhook;
import dev.backlot.config.AlertingConfig;
import dev.backlot.config.AlertingConfig.AgeRule;
import dev.backlot.config.AlertingConfig.CountedRule;
import dev.backlot.config.AlertingConfig.DriftRule;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.FakeBillDays;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertVerticleTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration NEVER_IN_THIS_TEST = Duration.ofMinutes(5);

  private static final NodeLease LEASE =
      new NodeLease(new NodeId(new UUID(0, 1)), Duration.ofSeconds(10), System::nanoTime);

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final FakeHealth health = new FakeHealth();
  private final FakeReports reports = new FakeReports(health);
  private final FakeMembership membership = new FakeMembership();
  private final FakeAlerts alerts = new FakeAlerts();
  private final BlockingQueue<Alert> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Alert> posted = new LinkedBlockingQueue<>();
  private Future<Void> receiver = Future.succeededFuture();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void a_parked_account_is_told_without_waiting_for_the_timer() throws Exception {
    deploy(NEVER_IN_THIS_TEST);
    health.park("main");

    bus.publish(Addresses.ACCOUNT_PARKED, new AccountParked("main", 1102, NOW));

    assertThat(told.poll(10, TimeUnit.SECONDS))
        .isNotNull()
        .extracting(Alert::state)
        .isEqualTo(AlertState.FIRING);
  }

  @Test
  void a_lost_message_costs_no_more_than_an_interval() throws Exception {
    health.park("main");

    deploy(Duration.ofMillis(10));

    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void what_another_node_has_fired_before_it_died_is_posted_by_this_one() throws Exception {
    Alert orphaned =
        new Alert(
            new UUID(1, 1),
            "of_another_version",
            "main",
            AlertState.FIRING,
            "Two tasks.",
            NOW,
            NOW,
            null);
    alerts.save(LEASE, List.of(orphaned));

    deploy(Duration.ofMillis(10));

    assertThat(posted.poll(10, TimeUnit.SECONDS)).isEqualTo(orphaned);
  }

  @Test
  void a_receiver_that_hangs_keeps_nobody_from_evaluating() throws Exception {
    receiver = Promise.<Void>promise().future();
    health.park("main");
    deploy(Duration.ofMillis(10));
    assertThat(posted.poll(10, TimeUnit.SECONDS)).isNotNull();
    told.clear();

    health.park("other");

    assertThat(told.poll(10, TimeUnit.SECONDS)).extracting(Alert::subject).isEqualTo("other");
  }

  @Test
  void a_node_without_the_duty_tells_nobody() throws Exception {
    membership.giveDutyAway();
    health.park("main");

    deploy(Duration.ofMillis(10));
    membership.awaitQuestions(3);

    assertThat(told).isEmpty();
    assertThat(posted).isEmpty();
  }

  @Test
  void a_rule_whose_alerts_cannot_be_saved_keeps_no_other_from_being_posted() throws Exception {
    alerts.refuse("account_parked");
    health.park("main");
    health.create("open");

    deploy(Duration.ofMillis(10));

    assertThat(told.poll(10, TimeUnit.SECONDS)).extracting(Alert::rule).isEqualTo("breaker_open");
    assertThat(posted.poll(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void a_rule_whose_alerts_cannot_be_saved_is_told_as_one_that_fails() throws Exception {
    alerts.refuse("account_parked");
    health.park("main");

    deploy(Duration.ofMillis(10));

    Alert first = told.poll(10, TimeUnit.SECONDS);
    assertThat(first).extracting(Alert::rule).isEqualTo("rule_failing");
    assertThat(first).extracting(Alert::subject).isEqualTo("account_parked");
  }

  private void deploy(Duration interval) throws Exception {
    await(vertx.deployVerticle(verticle(interval)));
  }

  private AlertVerticle verticle(Duration interval) {
    AlertingConfig config =
        new AlertingConfig(
            interval,
            rule("breaker_open"),
            rule("low_credit"),
            rule("account_parked"),
            rule("orphans"),
            new DriftRule(rule("reconciliation_drift"), Credits.of("1"), 1),
            new AgeRule(rule("calls_undecided"), Duration.ofDays(3)),
            rule("webhook_disabled"),
            new CountedRule(rule("error_rate"), 10),
            new CountedRule(rule("failure_spike"), 5),
            rule("rule_failing"),
            new AlertWebhook(Optional.empty(), Optional.empty(), interval));
    AlertEngine engine =
        new AlertEngine(
            config,
            new AlertInputs(
                reports,
                new FakeLedger(),
                new FakeOrphans(),
                new FakeBillDays(),
                new FakeOutcomes(),
                most -> Future.succeededFuture(List.of())),
            alerts,
            alert -> {
              told.add(alert);
              return Future.succeededFuture();
            },
            UUID::randomUUID,
            () -> NOW,
            rule -> {});
    AlertCourier courier =
        new AlertCourier(
            alerts,
            alert -> {
              posted.add(alert);
              return receiver;
            },
            Duration.ofSeconds(5),
            () -> NOW);
    Reporter reporter = new Reporter(reports, health, () -> FakeReports.OFFER, LEASE);
    return new AlertVerticle(config, reporter, engine, courier, membership, LEASE, bus);
  }

  private static AlertRule rule(String name) {
    return new AlertRule(name, Duration.ofSeconds(60), 0.5, 0.1, Duration.ZERO);
  }

  private static void await(Future<?> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
