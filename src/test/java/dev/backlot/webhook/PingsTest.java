package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.domain.webhook.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PingsTest {
  private final Promise<Outcome> answer = Promise.promise();
  private final Pings pings = new Pings(endpoint -> answer.future());

  @Test
  void an_endpoint_has_one_under_way_at_a_time() {
    Future<Outcome> first = pings.send(endpoint(1));
    assertThat(refusal(pings.send(endpoint(1)))).isEqualTo(ErrorCode.RATE_LIMITED);

    answer.complete(Outcome.of(204, null));

    assertThat(first.result().isDelivered()).isTrue();
    assertThat(pings.send(endpoint(1)).succeeded()).isTrue();
  }

  @Test
  void a_node_has_few_under_way() {
    for (int n = 0; n < Pings.MAX; n++) {
      assertThat(pings.send(endpoint(n)).isComplete()).isFalse();
    }

    assertThat(refusal(pings.send(endpoint(Pings.MAX)))).isEqualTo(ErrorCode.RATE_LIMITED);
  }

  private static ErrorCode refusal(Future<Outcome> refused) {
    return ((BacklotException) refused.cause()).code();
  }

  private static Endpoint endpoint(int number) {
    Instant now = Instant.EPOCH;
    return new Endpoint(
        new EndpointId(new UUID(1, number)),
        new TenantId(new UUID(2, 2)),
        "https://hooks.example.com/",
        null,
        new TreeSet<>(),
        EndpointKeys.fresh("s", "p"),
        null,
        null,
        Standing.GOOD,
        0,
        now,
        now,
        false);
  }
}
