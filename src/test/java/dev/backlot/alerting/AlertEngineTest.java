package dev.backlot.alerting;

import static dev.backlot.domain.alert.AlertState.FIRING;
import static dev.backlot.domain.alert.AlertState.PENDING;
import static dev.backlot.domain.alert.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AlertWebhook;
import dev.backlot.config.AlertingConfig;
import dev.backlot.config.AlertingConfig.AgeRule;
import dev.backlot.config.AlertingConfig.CountedRule;
import dev.backlot.config.AlertingConfig.DriftRule;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.port.BillDays.Drift;
import dev.backlot.port.BillDays.Undecided;
import dev.backlot.port.CreditLedger.TenantBalance;
import dev.backlot.port.FakeBillDays;
import dev.backlot.port.GivenUpWebhooks.GivenUp;
import dev.backlot.port.Orphans;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertEngineTest {
  private static final Duration STEP = Duration.ofSeconds(5);
  static final AlertingConfig CONFIG =
      new AlertingConfig(
          STEP,
          rule("breaker_open", 0.5, 0.1, 20),
          rule("low_credit", 0.8, 0.75, 20),
          rule("account_parked", 0.5, 0.1, 0),
          rule("orphans", 0.5, 0.1, 0),
          new DriftRule(rule("reconciliation_drift", 0.5, 0.1, 0), Credits.of("1"), 10),
          new AgeRule(rule("calls_undecided", 0.5, 0.1, 0), Duration.ofDays(3)),
          rule("webhook_disabled", 0.5, 0.1, 0),
          new CountedRule(rule("error_rate", 0.2, 0.05, 0), 10),
          new CountedRule(rule("failure_spike", 0.5, 0.1, 0), 5),
          rule("rule_failing", 0.5, 0.1, 20),
          new AlertWebhook(Optional.empty(), Optional.empty(), STEP));

  private static final NodeLease LEASE =
      new NodeLease(new NodeId(new UUID(0, 1)), Duration.ofSeconds(10), System::nanoTime);

  private final FakeHealth health = new FakeHealth();
  private final FakeReports reports = new FakeReports(health);
  private final FakeLedger ledger = new FakeLedger();
  private final FakeOrphans orphans = new FakeOrphans();
  private final FakeBillDays bills = new FakeBillDays();
  private List<GivenUp> givenUp = List.of();
  private final FakeAlerts alerts = new FakeAlerts();
  private final List<Alert> told = new ArrayList<>();
  private final List<String> unevaluated = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-01T00:00:00Z");
  private AlertEngine engine = engine();

  @Test
  void all_is_well_and_nobody_is_told() {
    passes(20);

    assertThat(alerts.history()).isEmpty();
  }

  @Test
  void an_open_breaker_is_pending_before_anybody_is_told() {
    health.create("open");

    passes(3);

    assertThat(alerts.history()).containsExactly(PENDING);
    assertThat(told).isEmpty();
  }

  @Test
  void an_open_breaker_fires_once() {
    health.create("open");

    passes(50);

    assertThat(told).singleElement().satisfies(AlertEngineTest::isFiringBreaker);
  }

  @Test
  void a_breaker_that_closes_in_time_is_resolved_in_silence() {
    passes(12);
    health.create("open");
    passes(8);
    health.create("closed");
    passes(20);

    assertThat(alerts.history()).containsExactly(PENDING, RESOLVED);
    assertThat(told).isEmpty();
  }

  @Test
  void a_breaker_that_closes_is_resolved_once() {
    health.create("open");
    passes(20);
    health.create("closed");
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
  }

  @Test
  void a_half_open_breaker_is_not_well_yet() {
    health.create("open");
    passes(20);
    health.create("half_open");
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING);
  }

  @Test
  void a_flapping_breaker_rings_once() {
    health.create("open");
    passes(20);
    for (int i = 0; i < 40; i++) {
      health.create(i % 2 == 0 ? "closed" : "open");
      passes(1);
    }

    assertThat(told).extracting(Alert::state).containsExactly(FIRING);
  }

  @Test
  void a_restart_while_pending_fires_on_time_and_once() {
    health.create("open");
    passes(3);
    engine = engine();
    passes(20);

    assertThat(alerts.history()).containsExactly(PENDING, FIRING);
    assertThat(told).singleElement().satisfies(AlertEngineTest::isFiringBreaker);
    assertThat(told.get(0).firedAt()).isEqualTo(told.get(0).since().plusSeconds(20));
  }

  @Test
  void a_restart_while_firing_does_not_ring_again() {
    health.create("open");
    passes(20);
    engine = engine();
    passes(20);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING);
  }

  @Test
  void a_restart_while_firing_still_resolves() {
    health.create("open");
    passes(20);
    health.create("closed");
    engine = engine();
    passes(20);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
  }

  @Test
  void one_good_look_by_whoever_takes_over_resolves_nothing() {
    health.create("open");
    passes(20);
    engine = engine();
    health.create("closed");
    passes(1);
    health.create("open");
    passes(20);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING);
  }

  @Test
  void two_engines_on_one_store_tell_once() {
    AlertEngine other = engine();
    health.create("open");
    for (int i = 0; i < 20; i++) {
      passes(1);
      done(pass(other));
    }

    assertThat(told).extracting(Alert::state).containsExactly(FIRING);
  }

  @Test
  void less_than_a_fifth_of_the_credit_is_told_with_the_numbers() {
    ledger.set("199", "1", "800");

    passes(10);

    assertThat(told)
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.rule()).isEqualTo("low_credit");
              assertThat(alert.subject()).isEqualTo("acme/video_unit");
              assertThat(alert.summary()).isEqualTo("Tenant acme has 199 of 1000 video_unit left.");
            });
  }

  @Test
  void a_fifth_of_the_credit_is_enough() {
    ledger.set("200", "0", "800");

    passes(50);

    assertThat(told).isEmpty();
  }

  @Test
  void credit_that_hovers_around_the_limit_rings_once() {
    for (int i = 0; i < 60; i++) {
      ledger.set(i % 20 < 10 ? "190" : "210", "0", i % 20 < 10 ? "810" : "790");
      passes(1);
    }

    assertThat(told).extracting(Alert::state).containsExactly(FIRING);
  }

  @Test
  void a_grant_resolves_low_credit() {
    ledger.set("100", "0", "900");
    passes(20);
    ledger.set("2100", "0", "900");
    passes(20);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
  }

  @Test
  void a_tenant_that_was_never_granted_anything_is_not_low() {
    ledger.set("0", "0", "0");

    passes(20);

    assertThat(told).isEmpty();
  }

  @Test
  void a_breaker_that_is_open_on_another_node_fires_once_and_says_on_how_many() {
    FakeHealth elsewhere = new FakeHealth();
    elsewhere.create("open");
    reports.other(elsewhere);
    reports.other(new FakeHealth());

    passes(50);

    assertThat(told).singleElement().satisfies(AlertEngineTest::isFiringBreaker);
    assertThat(told.get(0).summary())
        .isEqualTo("The circuit breaker for create calls of account main is open on 1 of 3 nodes.");
  }

  @Test
  void an_account_that_another_node_has_parked_is_told_once() {
    FakeHealth elsewhere = new FakeHealth();
    elsewhere.park("main");
    reports.other(elsewhere);
    health.park("main");

    passes(5);

    assertThat(told)
        .singleElement()
        .satisfies(alert -> assertThat(alert.rule()).isEqualTo("account_parked"));
  }

  @Test
  void a_parked_account_is_told_at_once() {
    health.park("main");

    passes(1);

    assertThat(told)
        .singleElement()
        .satisfies(alert -> assertThat(alert.rule()).isEqualTo("account_parked"));
  }

  @Test
  void a_pack_that_is_used_up_is_told_apart_from_its_account() {
    health.park("main", "image", 1102);

    passes(1);

    assertThat(told)
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.rule()).isEqualTo("account_parked");
              assertThat(alert.subject()).isEqualTo("main/image");
              assertThat(alert.summary())
                  .isEqualTo(
                      "The image pack of account main is used up: it is parked until you act on"
                          + " it.");
            });
  }

  @Test
  void a_parked_account_that_is_back_is_resolved() {
    health.park("main");
    passes(5);
    health.unparkAll();
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
  }

  @Test
  void tasks_that_nobody_owns_are_told_and_resolved_when_they_are_long_gone() {
    orphans.set(new Orphans.Tally("main", 1, 2));
    passes(5);
    orphans.set();
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
    assertThat(told.get(0).rule()).isEqualTo("orphans");
    assertThat(told.get(0).summary())
        .isEqualTo(
            "Account main has 2 tasks of ours that no attempt owns, 1 of them at work; their bills"
                + " are our loss.");
  }

  @Test
  void bills_that_differ_by_much_are_told_once_for_an_account() {
    bills.set(
        new Drift("main", Asset.VIDEO_UNIT, Credits.of("20"), Credits.of("4")),
        new Drift("main", Asset.USD, Credits.of("3"), Credits.of("2")));
    passes(5);
    bills.set();
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
    assertThat(told.get(0).rule()).isEqualTo("reconciliation_drift");
    assertThat(told.get(0).subject()).isEqualTo("main");
    assertThat(told.get(0).summary())
        .isEqualTo(
            "The bills of account main differ from the books by 4 of 20 video_unit, 2 of 3 usd; GET"
                + " /api/v1/ops/reconciliation/items lists the tasks.");
  }

  @Test
  void calls_that_no_bill_has_decided_are_told_once_for_an_account() {
    Instant sentAt = now.minus(Duration.ofDays(4));
    bills.undecided(new Undecided("main", 2, sentAt));
    passes(5);
    assertThat(bills.askedBefore())
        .isBetween(now.minus(Duration.ofDays(4)), now.minus(Duration.ofDays(3)));
    bills.undecided();
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
    assertThat(told.get(0).rule()).isEqualTo("calls_undecided");
    assertThat(told.get(0).subject()).isEqualTo("main");
    assertThat(told.get(0).summary())
        .isEqualTo(
            "No bill of account main has decided what became of 2 calls, the oldest of "
                + sentAt
                + "; they count as spent. GET /api/v1/ops/reconciliation/days tells which days"
                + " wait.");
  }

  @ParameterizedTest
  @CsvSource({"20, 1, false", "20, 2, false", "20, 2.1, true", "5, 1, false", "0, 1.5, true"})
  void a_difference_counts_above_the_amount_and_above_its_share(
      String billed, String apart, boolean told) {
    bills.set(new Drift("main", Asset.VIDEO_UNIT, Credits.of(billed), Credits.of(apart)));

    passes(5);

    assertThat(this.told.isEmpty()).isNotEqualTo(told);
  }

  @Test
  void a_webhook_that_was_given_up_rings_once_until_it_is_enabled() {
    EndpointId endpoint = new EndpointId(new UUID(1, 1));
    givenUp = List.of(new GivenUp("studio", endpoint, 1, DisabledReason.GONE, now));
    passes(50);
    assertThat(told)
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.rule()).isEqualTo("webhook_disabled");
              assertThat(alert.subject()).isEqualTo(endpoint.toString());
              assertThat(alert.state()).isEqualTo(FIRING);
            });

    givenUp = List.of();
    passes(50);
    givenUp = List.of(new GivenUp("studio", endpoint, 1, DisabledReason.FAILING, now));
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED, FIRING);
  }

  @Test
  void however_many_addresses_of_a_tenants_jobs_are_given_up_it_rings_once() {
    for (int n = 1; n < 20; n++) {
      givenUp = List.of(new GivenUp("studio", null, n, DisabledReason.GONE, now));
      passes(3);
    }

    assertThat(told).extracting(Alert::subject).containsExactly("studio/jobs");
  }

  @Test
  void one_source_that_fails_and_one_that_hangs_keep_no_other_from_ringing() {
    orphans.fail();
    ledger.hang();
    health.park("main");

    passes(1);

    assertThat(told).extracting(Alert::rule).containsExactly("account_parked");
    assertThat(unevaluated).containsExactlyInAnyOrder("orphans", "low_credit");
  }

  @Test
  void a_source_that_throws_is_one_that_fails() {
    orphans.crash();
    health.park("main");

    passes(1);

    assertThat(told).extracting(Alert::rule).containsExactly("account_parked");
    assertThat(unevaluated).containsExactly("orphans");
  }

  @Test
  void a_rule_that_cannot_be_evaluated_for_long_rings_once_and_is_resolved() {
    orphans.fail();
    passes(4);
    assertThat(told).isEmpty();
    passes(50);
    assertThat(told)
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.rule()).isEqualTo("rule_failing");
              assertThat(alert.subject()).isEqualTo("orphans");
              assertThat(alert.summary())
                  .isEqualTo("The alert rule orphans cannot be evaluated; the log says why.");
            });

    orphans.set();
    passes(50);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING, RESOLVED);
  }

  @Test
  void what_a_failing_source_has_fired_stays_as_it_is() {
    orphans.set(new Orphans.Tally("main", 1, 2));
    passes(5);
    orphans.fail();
    passes(100);

    assertThat(told).extracting(Alert::rule).containsExactly("orphans", "rule_failing");
    assertThat(told).extracting(Alert::state).containsExactly(FIRING, FIRING);
  }

  @Test
  void a_source_that_hangs_is_asked_once_until_it_answers() {
    Promise<List<TenantBalance>> hanging = ledger.hang();
    passes(5);
    assertThat(ledger.asked()).isEqualTo(1);

    hanging.complete(List.of());
    passes(1);

    assertThat(ledger.asked()).isEqualTo(2);
  }

  @Test
  void what_was_seen_before_a_long_pause_is_forgotten() {
    health.park("main");
    passes(20);
    resolvedByAnotherNode();
    health.unparkAll();
    now = now.plus(CONFIG.dutyDuration());

    passes(20);

    assertThat(told).extracting(Alert::state).containsExactly(FIRING);
  }

  private void resolvedByAnotherNode() {
    AlertRule rule = CONFIG.accountParked();
    alerts.save(LEASE, List.of(rule.move(told.get(0), "It is back.", 0, 0, now).orElseThrow()));
  }

  private AlertEngine engine() {
    return new AlertEngine(
        CONFIG,
        new AlertInputs(
            reports,
            ledger,
            orphans,
            bills,
            new FakeOutcomes(),
            most -> Future.succeededFuture(givenUp)),
        alerts,
        alert -> {
          told.add(alert);
          return Future.succeededFuture();
        },
        new Uuid7(() -> now, new Random(1))::next,
        () -> now,
        unevaluated::add);
  }

  private void passes(int count) {
    for (int i = 0; i < count; i++) {
      now = now.plus(STEP);
      done(pass(engine));
    }
  }

  /** Whatever does not answer at once is late. */
  private Future<List<Alert>> pass(AlertEngine evaluator) {
    return evaluator.runOnce(LEASE, Future.succeededFuture());
  }

  /** Every fake answers at once. */
  private static void done(Future<?> pass) {
    assertThat(pass.succeeded()).isTrue();
  }

  private static void isFiringBreaker(Alert alert) {
    assertThat(alert.rule()).isEqualTo("breaker_open");
    assertThat(alert.subject()).isEqualTo("main/create");
    assertThat(alert.state()).isEqualTo(FIRING);
  }

  private static AlertRule rule(String name, double fireAt, double resolveAt, int pendingFor) {
    return new AlertRule(
        name, Duration.ofSeconds(60), fireAt, resolveAt, Duration.ofSeconds(pendingFor));
  }
}
