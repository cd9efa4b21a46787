package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import io.vertx.core.Future;
import java.util.List;

/** Rules that cannot be evaluated: what they are there for would be noticed by nobody. */
final class RuleFailing implements AlertSource {
  private final AlertRule rule;
  private final List<Watch> watches;

  RuleFailing(AlertRule rule, List<Watch> watches) {
    this.rule = rule;
    this.watches = watches;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return Future.succeededFuture(
        watches.stream()
            .filter(Watch::isFailing)
            .map(watch -> sighting(watch.rule().name()))
            .toList());
  }

  private static Sighting sighting(String name) {
    return new Sighting(
        name, 1, "The alert rule " + name + " cannot be evaluated; the log says why.");
  }
}
