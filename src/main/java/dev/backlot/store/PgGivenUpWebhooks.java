package dev.backlot.store;

import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.port.GivenUpWebhooks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/** One round trip, by an index that has nothing else. */
public final class PgGivenUpWebhooks implements GivenUpWebhooks {
  private final Pool pool;

  public PgGivenUpWebhooks(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<List<GivenUp>> all(int most) {
    return Reads.list(pool, WebhookQueueSql.GIVEN_UP, Tuple.of(most), PgGivenUpWebhooks::givenUp);
  }

  private static GivenUp givenUp(Row row) {
    UUID endpoint = row.getUUID("id");
    return new GivenUp(
        row.getString("name"),
        endpoint == null ? null : new EndpointId(endpoint),
        row.getInteger("endpoints"),
        DisabledReason.parse(row.getString("reason")),
        Rows.instant(row, "since"));
  }
}
