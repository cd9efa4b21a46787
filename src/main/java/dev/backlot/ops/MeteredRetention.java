package dev.backlot.ops;

import dev.backlot.port.Retention;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Locale;

/** Counts the rows that were removed, by kind. */
public final class MeteredRetention implements Retention {
  private final Retention retention;
  private final MeterProvider<Counter> removed;

  public MeteredRetention(Retention retention, MeterRegistry registry) {
    this.retention = retention;
    removed =
        Counter.builder("backlot.retention.removed")
            .description("Rows that were removed because nobody needs them any more, by kind")
            .withRegistry(registry);
  }

  @Override
  public Future<Integer> remove(Kind kind, Instant before, int limit) {
    return retention
        .remove(kind, before, limit)
        .onSuccess(
            rows -> removed.withTag("kind", kind.name().toLowerCase(Locale.ROOT)).increment(rows));
  }
}
