package dev.backlot.config;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.credit.Credits;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Who is told when.
 *
 * @param interval pause between two evaluations
 * @param breakerOpen level: share of the window in which a circuit breaker was not closed
 * @param lowCredit level: share of the granted credit that is gone
 * @param accountParked level: share of the window in which an account waited for its operator
 * @param orphans level: share of the window in which an account had tasks that no attempt owns
 * @param reconciliationDrift level: share of the window in which an account's bills differed
 * @param callsUndecided level: share of the window in which an account had calls that no bill had
 *     decided
 * @param errorRate level: share of the jobs that failed, of those that ended within the window
 * @param failureSpike level: share of the window in which many more jobs failed than usual
 * @param ruleFailing level: share of the window in which a rule could not be evaluated
 * @param webhook who is told beside the log
 */
public record AlertingConfig(
    Duration interval,
    AlertRule breakerOpen,
    AlertRule lowCredit,
    AlertRule accountParked,
    AlertRule orphans,
    DriftRule reconciliationDrift,
    AgeRule callsUndecided,
    AlertRule webhookDisabled,
    CountedRule errorRate,
    CountedRule failureSpike,
    AlertRule ruleFailing,
    AlertWebhook webhook) {
  /** A source that has not answered by then has failed; longer than a healthy question takes. */
  public static final Duration LOOK_WITHIN = Duration.ofSeconds(5);

  private static final int DUTY_INTERVALS = 3;
  private static final BigDecimal LARGEST = BigDecimal.valueOf(1_000_000_000);

  /**
   * @param atLeast fewer say nothing
   */
  public record CountedRule(AlertRule rule, int atLeast) {}

  /**
   * @param aboveAmount units, or money: less says nothing
   * @param abovePercent of what was billed: less says nothing either
   */
  public record DriftRule(AlertRule rule, Credits aboveAmount, int abovePercent) {}

  /**
   * @param olderThan what is younger says nothing
   */
  public record AgeRule(AlertRule rule, Duration olderThan) {}

  public static AlertingConfig from(Section in) {
    AlertingConfig config =
        new AlertingConfig(
            in.requireDuration("interval", Duration.ofMillis(100), Duration.ofMinutes(5)),
            rule("breaker_open", in.section("breaker-open")),
            rule("low_credit", in.section("low-credit")),
            rule("account_parked", in.section("account-parked")),
            rule("orphans", in.section("orphans")),
            drift("reconciliation_drift", in.section("reconciliation-drift")),
            age("calls_undecided", in.section("calls-undecided")),
            rule("webhook_disabled", in.section("webhook-disabled")),
            counted("error_rate", in.section("error-rate")),
            counted("failure_spike", in.section("failure-spike")),
            rule("rule_failing", in.section("rule-failing")),
            AlertWebhook.from(in.section("webhook")));
    in.rejectUnknown();
    return config;
  }

  /**
   * How long a node keeps the evaluation without being heard of: some passes, the last of which may
   * have waited for a source that hangs.
   */
  public Duration dutyDuration() {
    return interval.multipliedBy(DUTY_INTERVALS).plus(LOOK_WITHIN);
  }

  private static DriftRule drift(String name, Section in) {
    BigDecimal amount = in.requireDecimal("above-amount", BigDecimal.ZERO, LARGEST);
    int percent = in.requireInt("above-percent", 0, 100);
    return new DriftRule(rule(name, in), new Credits(amount), percent);
  }

  private static AgeRule age(String name, Section in) {
    Duration olderThan =
        in.requireDuration("older-than", Duration.ofHours(1), Duration.ofDays(100));
    return new AgeRule(rule(name, in), olderThan);
  }

  private static CountedRule counted(String name, Section in) {
    int atLeast = in.requireInt("at-least", 1, 1_000_000);
    return new CountedRule(rule(name, in), atLeast);
  }

  private static AlertRule rule(String name, Section in) {
    Duration window = in.requireDuration("window", Duration.ofSeconds(1), Duration.ofHours(1));
    int fireAt = in.requireInt("fire-above-percent", 1, 99);
    int resolveAt = in.requireInt("resolve-at-percent", 0, 98);
    Duration pendingFor = in.requireDuration("pending-for", Duration.ZERO, Duration.ofHours(1));
    in.rejectUnknown();
    if (resolveAt >= fireAt) {
      throw in.error(
          "resolve-at-percent",
          "must be below " + in.key("fire-above-percent") + ", got " + resolveAt);
    }
    return new AlertRule(name, window, fireAt / 100.0, resolveAt / 100.0, pendingFor);
  }
}
