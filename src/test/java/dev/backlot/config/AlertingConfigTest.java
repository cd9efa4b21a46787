package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.alert.AlertRule;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertingConfigTest {

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

  private static Section section(Map<String, Object> lowCredit) {
    return new Section(
        "alerting",
        Map.of(
            "interval",
            "5s",
            "breaker-open",
            rule(),
            "low-credit",
            lowCredit,
            "account-parked",
            rule(),
            "orphans",
            rule()),
        true,
        variable -> "");
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
