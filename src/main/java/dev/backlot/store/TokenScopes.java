package dev.backlot.store;

import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a token covers, in the columns {@code job_ids} and {@code batch_id}. */
final class TokenScopes {
  /** What {@code job_ids} says of a batch's token: the migration of that column says why. */
  private static final UUID NO_JOB = new UUID(0, 0);

  private TokenScopes() {}

  static StreamScope read(Row row) {
    UUID batch = row.getUUID("batch_id");
    if (batch != null) {
      return new StreamScope.OfBatch(new BatchId(batch));
    }
    UUID[] jobs = row.getArrayOfUUIDs("job_ids");
    return jobs == null
        ? new StreamScope.WholeTenant()
        : new StreamScope.Jobs(
            Arrays.stream(jobs).map(JobId::new).collect(Collectors.toUnmodifiableSet()));
  }

  static UUID @Nullable [] jobIds(StreamScope scope) {
    if (scope instanceof StreamScope.Jobs jobs) {
      return jobs.ids().stream().map(JobId::value).toArray(UUID[]::new);
    }
    return scope instanceof StreamScope.OfBatch ? new UUID[] {NO_JOB} : null;
  }

  static @Nullable UUID batchId(StreamScope scope) {
    return scope instanceof StreamScope.OfBatch batch ? batch.id().value() : null;
  }
}
