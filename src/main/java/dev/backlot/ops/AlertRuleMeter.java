package dev.backlot.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;

/** Counts the evaluations of alert rules that came to nothing, by rule. Thread-safe. */
public final class AlertRuleMeter implements Consumer<String> {
  private final MeterProvider<Counter> failures;

  public AlertRuleMeter(MeterRegistry registry) {
    failures =
        Counter.builder("backlot.alerts.rule.failures")
            .description("Times that an alert rule could not be evaluated, by rule")
            .withRegistry(registry);
  }

  @Override
  public void accept(String rule) {
    failures.withTag("rule", rule).increment();
  }
}
