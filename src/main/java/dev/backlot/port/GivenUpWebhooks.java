package dev.backlot.port;

import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.EndpointId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where tenants are not told of events any more, though they have not asked for that. */
public interface GivenUpWebhooks {
  /**
   * @param tenant its name
   * @param endpoint null for the addresses of the tenant's jobs, which are counted together
   * @param endpoints one, or how many addresses
   * @param reason of the one, or of the last of them
   * @param since of the one, or of the last of them
   */
  record GivenUp(
      String tenant,
      @Nullable EndpointId endpoint,
      int endpoints,
      DisabledReason reason,
      Instant since) {}

  /**
   * The youngest first. Of addresses that jobs have named, those that are in use.
   *
   * @param most more are not answered
   */
  Future<List<GivenUp>> all(int most);
}
