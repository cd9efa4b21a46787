package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that a transaction is about to append.
 *
 * @param version of the job after the transition
 * @param data JSON object text, safe for the tenant
 */
record NewEvent(
    TenantId tenant, JobId job, @Nullable UUID batch, int version, JobState state, String data) {

  /**
   * @param facts what the tenant learns beside state and version
   */
  static NewEvent of(
      TenantId tenant,
      JobId job,
      @Nullable UUID batch,
      int version,
      JobState state,
      JsonObject facts) {
    JsonObject data = new JsonObject().put("state", state.text()).put("version", version);
    return new NewEvent(tenant, job, batch, version, state, data.mergeIn(facts).encode());
  }

  /** Issues the last two statements of a transaction, unless it has no events. */
  static void append(Statements transaction, List<NewEvent> events, Instant now) {
    if (events.isEmpty()) {
      return;
    }
    transaction.execute(EventSql.LOCK_LOG);
    transaction.execute(EventSql.APPEND, arguments(events, now));
  }

  private static Tuple arguments(List<NewEvent> events, Instant now) {
    return Tuple.of(
        Rows.column(events, event -> event.tenant().value(), UUID[]::new),
        Rows.column(events, event -> event.job().value(), UUID[]::new),
        Rows.column(events, NewEvent::batch, UUID[]::new),
        Rows.column(events, NewEvent::version, Integer[]::new),
        Rows.column(events, event -> EventTypes.of(event.state()), String[]::new),
        Rows.column(events, NewEvent::data, String[]::new),
        Rows.time(now));
  }
}
