package dev.backlot.ops;

import dev.backlot.domain.job.CallbackResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Counts the provider's callbacks by what became of them. Thread-safe. */
public final class CallbackMeter implements Consumer<CallbackResult> {
  private final Map<CallbackResult, Counter> counters = new EnumMap<>(CallbackResult.class);

  public CallbackMeter(MeterRegistry registry) {
    for (CallbackResult result : CallbackResult.values()) {
      counters.put(
          result,
          Counter.builder("backlot.callbacks")
              .description("Callbacks of the provider, by what became of them")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  @Override
  public void accept(CallbackResult result) {
    Objects.requireNonNull(counters.get(result)).increment();
  }
}
