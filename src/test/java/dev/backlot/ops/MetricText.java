package dev.backlot.ops;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** What a scrape of a registry says about our own meters. */
final class MetricText {
  private MetricText() {}

  /** Lines that begin with the name, without their values' trailing zero. */
  static List<String> lines(PrometheusMeterRegistry registry, String name) {
    return registry.scrape().lines().filter(line -> line.startsWith(name)).toList();
  }
}
