package dev.backlot.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Bus;
import dev.backlot.config.AlertWebhook;
import dev.backlot.config.AlertingConfig;
import dev.backlot.config.AlertingConfig.CountedRule;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
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

/** Every save of one rule's alerts is refused; those of the others are saved. */
class SaveOfOneRuleTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

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

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void a_rule_whose_alerts_cannot_be_saved_keeps_no_other_from_being_posted() throws Exception {
    health.park("main");
    health.create("open");
    deploy();
    assertThat(told.poll(10, TimeUnit.SECONDS)).extracting(Alert::rule).isEqualTo("breaker_open");

    assertThat(posted.poll(5, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void a_rule_whose_alerts_cannot_be_saved_is_told_as_one_that_fails() throws Exception {
    health.park("main");
    deploy();

    Alert first = told.poll(10, TimeUnit.SECONDS);

    assertThat(first).extracting(Alert::rule).isEqualTo("rule_failing");
    assertThat(first).extracting(Alert::subject).isEqualTo("account_parked");
  }

  private void deploy() throws Exception {
    await(vertx.deployVerticle(verticle(Duration.ofMillis(10))));
  }

  private AlertVerticle verticle(Duration interval) {
    AlertingConfig config =
        new AlertingConfig(
            interval,
            rule("breaker_open"),
            rule("low_credit"),
            rule("account_parked"),
            rule("orphans"),
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
                new FakeOutcomes(),
                most -> Future.succeededFuture(List.of())),
            new Refusing(alerts),
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
              return Future.succeededFuture();
            },
            Duration.ofSeconds(5),
            () -> NOW);
    Reporter reporter = new Reporter(reports, health, LEASE);
    return new AlertVerticle(config, reporter, engine, courier, membership, LEASE, bus);
  }

  private static AlertRule rule(String name) {
    return new AlertRule(name, Duration.ofSeconds(60), 0.5, 0.1, Duration.ZERO);
  }

  private static void await(Future<?> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private record Refusing(FakeAlerts alerts) implements Alerts {
    @Override
    public Future<List<Alert>> open() {
      return alerts.open();
    }

    @Override
    public Future<List<Alert>> toldOf(Instant after, int limit) {
      return alerts.toldOf(after, limit);
    }

    @Override
    public Future<List<Alert>> save(NodeLease evaluator, List<Alert> moved) {
      return moved.get(0).rule().equals("account_parked")
          ? Future.failedFuture("refused")
          : alerts.save(evaluator, moved);
    }

    @Override
    public Future<List<Alert>> claimUntold(int limit, Instant now, Instant until) {
      return alerts.claimUntold(limit, now, until);
    }

    @Override
    public Future<Void> told(Alert alert) {
      return alerts.told(alert);
    }

    @Override
    public Future<Boolean> tellLater(Alert alert, int most, Instant now) {
      return alerts.tellLater(alert, most, now);
    }
  }
}
