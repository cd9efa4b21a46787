package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to follow, in its own words: well-formed, but what it names may not exist.
 * Such a wish is refused and the others of the same client go on.
 *
 * @param jobs empty for a batch and for the whole tenant
 * @param batch null for jobs and for the whole tenant
 * @param events empty for events of all types
 * @param cursor null for a snapshot
 */
public record Subscribe(
    String id,
    List<String> jobs,
    @Nullable String batch,
    List<String> events,
    @Nullable String cursor)
    implements ClientMessage {

  public Subscribe {
    jobs = List.copyOf(jobs);
    events = List.copyOf(events);
  }

  /** Fails with {@code JOB_NOT_FOUND}, {@code BATCH_NOT_FOUND} or {@code INVALID_REQUEST}. */
  Watch watch(TenantId tenant) {
    return new Watch(
        id, tenant, jobs(jobs), batch == null ? null : batch(batch), eventTypes(events));
  }

  /** Where it resumes; null for a snapshot. Fails with {@code INVALID_REQUEST}. */
  public @Nullable Long from(TenantId tenant) {
    if (cursor == null) {
      return null;
    }
    return Cursor.parse(tenant, cursor)
        .orElseThrow(
            () ->
                BacklotException.ofField(
                    ErrorCode.INVALID_REQUEST,
                    "/cursor",
                    "This is not one of your cursors. Leave it out to get a snapshot."));
  }

  static Set<JobId> jobs(List<String> names) {
    Set<JobId> jobs = new LinkedHashSet<>();
    for (int i = 0; i < names.size(); i++) {
      jobs.add(job(names.get(i), i));
    }
    return jobs;
  }

  private static JobId job(String name, int index) {
    return JobId.parse(name)
        .orElseThrow(
            () ->
                BacklotException.ofField(
                    ErrorCode.JOB_NOT_FOUND,
                    "/jobs/" + index,
                    "There is no such job. Name some that GET /api/v1/jobs lists."));
  }

  /** Fails with {@code BATCH_NOT_FOUND}. */
  static BatchId batch(String name) {
    return BatchId.parse(name)
        .orElseThrow(
            () ->
                BacklotException.ofField(
                    ErrorCode.BATCH_NOT_FOUND,
                    "/batch",
                    "There is no such batch. Name one that GET /api/v1/batches shows."));
  }

  private static Set<String> eventTypes(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (!EventTypes.ALL.contains(names.get(i))) {
        throw BacklotException.ofField(
            ErrorCode.INVALID_REQUEST,
            "/events/" + i,
            "There is no such event. Name some of: " + String.join(", ", EventTypes.ALL) + ".");
      }
    }
    return Set.copyOf(names);
  }
}
