package dev.backlot.benchmark;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Settings for a provider that is faster than the real one by a factor: what waits for the provider
 * waits shorter by it. What takes time in the service itself stays as it is.
 */
final class ScaledTimes {
  /** As conf/backlot-prod.yaml has them. */
  private static final Map<String, Duration> TIMES =
      Map.of(
          "poll.first", Duration.ofSeconds(1),
          "poll.shortest", Duration.ofSeconds(1),
          "poll.longest", Duration.ofMillis(4_500),
          "poll.longest-announced", Duration.ofSeconds(15),
          "poll.overdue", Duration.ofMinutes(15),
          "poll.overdue-interval", Duration.ofMinutes(1),
          "poll.hint-pause", Duration.ofSeconds(1),
          "poll.request-worth", Duration.ofMillis(100));

  private ScaledTimes() {}

  static Map<String, String> of(int timeFactor) {
    Map<String, String> settings = new HashMap<>();
    TIMES.forEach((key, time) -> settings.put(key, time.toMillis() / timeFactor + "ms"));
    return settings;
  }
}
