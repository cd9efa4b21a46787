package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of a test: quick, and receivers on this machine, but for what the test is about. */
final class TestWebhooks {
  static final List<Duration> STANDARD =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  private List<Duration> schedule = STANDARD;
  private Duration timeout = Duration.ofSeconds(5);
  private int circuitFailures = 5;
  private Duration circuitBase = Duration.ofSeconds(10);
  private Set<Integer> ports = Set.of();
  private boolean allowPrivate = true;
  private int endpointsAtOnce = 16;
  private int deliveriesAtOnce = 4;
  private int tenantEndpointsAtOnce = 16;
  private int jobAddressesMax = 1_000;

  static TestWebhooks config() {
    return new TestWebhooks();
  }

  TestWebhooks schedule(Duration... pauses) {
    schedule = List.of(pauses);
    return this;
  }

  TestWebhooks timeout(Duration most) {
    timeout = most;
    return this;
  }

  TestWebhooks circuit(int failures, Duration base) {
    circuitFailures = failures;
    circuitBase = base;
    return this;
  }

  TestWebhooks ports(Integer... allowed) {
    ports = Set.of(allowed);
    return this;
  }

  TestWebhooks onlyPublic() {
    allowPrivate = false;
    return this;
  }

  TestWebhooks atOnce(int endpoints, int deliveries) {
    endpointsAtOnce = endpoints;
    deliveriesAtOnce = deliveries;
    return this;
  }

  TestWebhooks perTenant(int endpoints) {
    tenantEndpointsAtOnce = endpoints;
    return this;
  }

  WebhooksConfig build() {
    return new WebhooksConfig(
        3,
        jobAddressesMax,
        Duration.ofMillis(50),
        100,
        endpointsAtOnce,
        tenantEndpointsAtOnce,
        deliveriesAtOnce,
        1_000,
        Duration.ofSeconds(2),
        timeout,
        schedule,
        10,
        Duration.ofHours(1),
        circuitFailures,
        circuitBase,
        Duration.ofMinutes(10),
        Duration.ofHours(24),
        ports,
        allowPrivate);
  }
}
