package dev.backlot.store;

import dev.backlot.domain.job.AttemptView;
import dev.backlot.domain.job.JobDetail;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a row of {@link JobSql#DETAIL}. */
final class Lineage {
  private Lineage() {}

  static JobDetail detail(Row row) {
    return new JobDetail(
        Rows.job(row), row.getString("requested_model"), attempts(row.getString("attempts")));
  }

  private static List<AttemptView> attempts(@Nullable String text) {
    return text == null
        ? List.of()
        : new JsonArray(text).stream().map(JsonObject.class::cast).map(Lineage::attempt).toList();
  }

  private static AttemptView attempt(JsonObject attempt) {
    String endedAt = attempt.getString("ended_at");
    String state = attempt.getString("state");
    boolean saysWhy = endedAt != null && !state.equals(AttemptMove.SUCCEEDED);
    return new AttemptView(
        attempt.getInteger("number"),
        attempt.getString("model"),
        state,
        // While it is open, or when it has succeeded, the note may be about a send before.
        saysWhy ? attempt.getString("note") : null,
        attempt.getString("account"),
        instant(attempt.getString("started_at")),
        endedAt == null ? null : instant(endedAt),
        attempt.getBoolean("counted"));
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
