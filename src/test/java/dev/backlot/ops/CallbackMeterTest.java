package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.CallbackResult;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class CallbackMeterTest {
  private final PrometheusMeterRegistry registry = Metrics.registry();
  private final CallbackMeter meter = new CallbackMeter(registry);

  @Test
  void callbacks_are_counted_by_what_became_of_them() {
    meter.accept(CallbackResult.HINTED);
    meter.accept(CallbackResult.HINTED);
    meter.accept(CallbackResult.BAD_TOKEN);

    assertThat(MetricText.lines(registry, "backlot_callbacks_total"))
        .containsExactlyInAnyOrder(
            "backlot_callbacks_total{result=\"hinted\"} 2.0",
            "backlot_callbacks_total{result=\"ignored\"} 0.0",
            "backlot_callbacks_total{result=\"bad_token\"} 1.0",
            "backlot_callbacks_total{result=\"bad_signature\"} 0.0",
            "backlot_callbacks_total{result=\"too_large\"} 0.0",
            "backlot_callbacks_total{result=\"dropped\"} 0.0");
  }

  @Test
  void each_event_loop_may_have_a_meter_of_its_own() {
    meter.accept(CallbackResult.HINTED);
    new CallbackMeter(registry).accept(CallbackResult.HINTED);

    assertThat(MetricText.lines(registry, "backlot_callbacks_total{result=\"hinted\"}"))
        .containsExactly("backlot_callbacks_total{result=\"hinted\"} 2.0");
  }
}
