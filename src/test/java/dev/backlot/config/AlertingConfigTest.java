package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.credit.Credits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertingConfigTest {
  private static final Map<String, String> SECRETS =
      Map.of(
          "short", "whsec_c2hvcnQ=",
          "long", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3");

  @Test
  void percents_become_levels() {
    assertThat(AlertingConfig.from(section(rule())).lowCredit())
        .isEqualTo(
            new AlertRule("low_credit", Duration.ofMinutes(1), 0.8, 0.75, Duration.ofSeconds(30)));
  }

  @Test
  void an_alert_must_resolve_below_where_it_fires() {
    Map<String, Object> rule = rule();
    rule.put("resolve-at-percent", 80);

    assertThatThrownBy(() -> AlertingConfig.from(section(rule)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "alerting.low-credit.resolve-at-percent: must be below"
                + " alerting.low-credit.fire-above-percent, got 80");
  }

  @Test
  void an_unknown_key_of_a_rule_is_refused() {
    Map<String, Object> rule = rule();
    rule.put("treshold", 5);

    assertThatThrownBy(() -> AlertingConfig.from(section(rule)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("alerting.low-credit.treshold: unknown key");
  }

  @Test
  void fewer_ends_than_this_say_nothing() {
    AlertingConfig config = AlertingConfig.from(section(rule()));

    assertThat(config.errorRate().atLeast()).isEqualTo(10);
    assertThat(config.errorRate().rule().name()).isEqualTo("error_rate");
    assertThat(config.failureSpike().rule().name()).isEqualTo("failure_spike");
  }

  @Test
  void a_smaller_difference_of_the_bills_says_nothing() {
    AlertingConfig config = AlertingConfig.from(section(rule()));

    assertThat(config.reconciliationDrift().rule().name()).isEqualTo("reconciliation_drift");
    assertThat(config.reconciliationDrift().aboveAmount()).isEqualTo(Credits.of("0.5"));
    assertThat(config.reconciliationDrift().abovePercent()).isEqualTo(2);
  }

  @Test
  void a_call_is_undecided_once_it_is_this_old() {
    AlertingConfig config = AlertingConfig.from(section(rule()));

    assertThat(config.callsUndecided().rule().name()).isEqualTo("calls_undecided");
    assertThat(config.callsUndecided().olderThan()).isEqualTo(Duration.ofDays(3));
  }

  @Test
  void without_an_address_nobody_is_told_beside_the_log() {
    assertThat(AlertingConfig.from(section(rule())).webhook().url()).isEmpty();
  }

  @Test
  void an_address_needs_a_secret_that_is_long_enough() {
    assertThatThrownBy(() -> webhook(false, "https://ops.example.org/alerts", ""))
        .hasMessageStartingWith("alerting.webhook.secret: must be base64 of at least 24 bytes");
    assertThatThrownBy(() -> webhook(false, "https://ops.example.org/alerts", "short"))
        .hasMessageStartingWith("alerting.webhook.secret: must be base64 of at least 24 bytes");
    assertThat(webhook(false, "https://ops.example.org/alerts", "long").key()).hasSize(24);
  }

  @Test
  void in_production_an_address_is_encrypted() {
    assertThatThrownBy(() -> webhook(true, "http://ops.example.org/alerts", "long"))
        .hasMessageStartingWith(
            "alerting.webhook.url: must be an address that begins with https://");
    assertThatThrownBy(() -> webhook(false, "not an address", "long"))
        .hasMessageStartingWith("alerting.webhook.url: must be an address");
  }

  private static AlertWebhook webhook(boolean production, String url, String secret) {
    Map<String, Object> sections = sections(rule());
    Map<String, Object> webhook = new HashMap<>(Map.of("url", url, "timeout", "5s"));
    webhook.put("secret", secret.isEmpty() ? "" : "env:" + secret);
    sections.put("webhook", webhook);
    return AlertingConfig.from(new Section("alerting", sections, production, SECRETS::get))
        .webhook();
  }

  private static Section section(Map<String, Object> lowCredit) {
    return new Section("alerting", sections(lowCredit), true, variable -> "");
  }

  private static Map<String, Object> sections(Map<String, Object> lowCredit) {
    Map<String, Object> sections = new HashMap<>();
    sections.put("interval", "5s");
    sections.put("breaker-open", rule());
    sections.put("low-credit", lowCredit);
    sections.put("account-parked", rule());
    sections.put("orphans", rule());
    sections.put("reconciliation-drift", driftRule());
    sections.put("calls-undecided", ageRule());
    sections.put("webhook-disabled", rule());
    sections.put("error-rate", countedRule());
    sections.put("failure-spike", countedRule());
    sections.put("rule-failing", rule());
    sections.put("webhook", Map.of("url", "", "secret", "", "timeout", "5s"));
    return sections;
  }

  private static Map<String, Object> driftRule() {
    Map<String, Object> rule = rule();
    rule.put("above-amount", "0.5");
    rule.put("above-percent", 2);
    return rule;
  }

  private static Map<String, Object> ageRule() {
    Map<String, Object> rule = rule();
    rule.put("older-than", "3d");
    return rule;
  }

  private static Map<String, Object> countedRule() {
    Map<String, Object> rule = rule();
    rule.put("at-least", 10);
    return rule;
  }

  private static Map<String, Object> rule() {
    return new HashMap<>(
        Map.of(
            "window",
            "1m",
            "fire-above-percent",
            80,
            "resolve-at-percent",
            75,
            "pending-for",
            "30s"));
  }
}
