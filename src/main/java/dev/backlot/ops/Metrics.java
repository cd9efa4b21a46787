package dev.backlot.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The registry of this process, and the options under which Vert.x reports into it. Every label has
 * a bounded set of values: routes and never paths, known methods, our own codes, configured
 * accounts. No label names a tenant, a job or a caller.
 */
public final class Metrics {
  /** Beyond it new meters are dropped; a sane installation has some hundreds. */
  private static final int MAX_METERS = 10_000;

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final double[] LATENCY_BUCKETS =
      Stream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
          .toArray();

  /** Meters whose p50, p95 and p99 somebody looks at; buckets add up over nodes. */
  private static final List<String> LATENCIES =
      List.of(
          "vertx.http.server.response.time",
          "backlot.intake.commit",
          "backlot.provider.call",
          "backlot.dispatch.refill",
          "backlot.detection.lag");

  private static final List<String> ONE_OF_MANY =
      List.of(
          "vertx.http.server.active",
          "vertx.http.client.active",
          "vertx.net.server.active",
          "vertx.sql.processing.pending");

  private Metrics() {}

  public static PrometheusMeterRegistry registry() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry
        .config()
        .meterFilter(MeterFilter.maximumAllowableMetrics(MAX_METERS))
        .meterFilter(MeterFilter.deny(Metrics::isLeftOut))
        .meterFilter(new LatencyBuckets());
    return registry;
  }

  /** To be given to the Vert.x builder together with {@link #options}. */
  public static VertxMetricsFactory factory(MeterRegistry registry) {
    return new MicrometerMetricsFactory(registry);
  }

  public static VertxOptions options() {
    return new VertxOptions()
        .setMetricsOptions(
            new MicrometerMetricsOptions()
                .setEnabled(true)
                .setJvmMetricsEnabled(true)
                .setLabels(
                    Set.of(Label.HTTP_ROUTE, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
                .setServerRequestTagsProvider(Metrics::tags)
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT));
  }

  /**
   * Gauges that Vert.x registers once per server or client under the same labels, so that only the
   * first is seen; and connection pools of HTTP clients, which are named after hosts, and of those
   * the provider's results have as many as it likes.
   */
  private static boolean isLeftOut(Meter.Id id) {
    return ONE_OF_MANY.stream().anyMatch(id.getName()::startsWith)
        || (id.getName().startsWith("vertx.pool") && "http".equals(id.getTag("pool_type")));
  }

  /** In place of {@code Label.HTTP_METHOD}: anybody may send a method that nobody has heard of. */
  private static List<Tag> tags(HttpRequest request) {
    String method = request.method().name();
    return List.of(Tag.of("method", METHODS.contains(method) ? method : "other"));
  }

  private static final class LatencyBuckets implements MeterFilter {
    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
      if (!LATENCIES.contains(id.getName())) {
        return config;
      }
      return DistributionStatisticConfig.builder()
          .serviceLevelObjectives(LATENCY_BUCKETS)
          .build()
          .merge(config);
    }
  }
}
