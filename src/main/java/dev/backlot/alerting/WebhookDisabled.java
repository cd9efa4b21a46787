package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.port.GivenUpWebhooks;
import dev.backlot.port.GivenUpWebhooks.GivenUp;
import io.vertx.core.Future;
import java.util.List;

/**
 * Webhooks that were given up: their tenant is not told any more, and may not know. Over when it is
 * enabled or removed. The addresses of a tenant's jobs are one subject: there may be one for each
 * job.
 */
final class WebhookDisabled implements AlertSource {
  /** Above it, the older ones are not watched. */
  private static final int MOST = 1_000;

  private final AlertRule rule;
  private final GivenUpWebhooks webhooks;

  WebhookDisabled(AlertRule rule, GivenUpWebhooks webhooks) {
    this.rule = rule;
    this.webhooks = webhooks;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return webhooks.all(MOST).map(all -> all.stream().map(WebhookDisabled::sighting).toList());
  }

  private static Sighting sighting(GivenUp given) {
    EndpointId endpoint = given.endpoint();
    String since = " since " + given.since() + ": " + given.reason().text() + ".";
    return endpoint == null
        ? new Sighting(
            given.tenant() + "/jobs",
            1,
            "Nothing is sent to "
                + given.endpoints()
                + " webhook addresses of jobs of tenant "
                + given.tenant()
                + ", the last"
                + since)
        : new Sighting(
            endpoint.toString(),
            1,
            "Nothing is sent to the webhook " + endpoint + " of tenant " + given.tenant() + since);
  }
}
