package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.ProviderHealth.BreakerView;
import io.vertx.core.Future;
import java.util.List;

/** Circuit breakers of this node that are not closed: jobs wait, or are not watched. */
final class BreakerOpen implements AlertSource {
  private final AlertRule rule;
  private final ProviderHealth health;

  BreakerOpen(AlertRule rule, ProviderHealth health) {
    this.rule = rule;
    this.health = health;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return Future.succeededFuture(health.breakers().stream().map(BreakerOpen::sighting).toList());
  }

  private static Sighting sighting(BreakerView breaker) {
    boolean closed = breaker.state().equals("closed");
    return new Sighting(
        breaker.account() + "/" + breaker.guard(),
        closed ? 0 : 1,
        "The circuit breaker for "
            + breaker.guard()
            + " calls of account "
            + breaker.account()
            + " is "
            + breaker.state().replace('_', '-')
            + ".");
  }
}
