package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one subscription follows: some jobs, or a batch with those that join it later, or the whole
 * tenant.
 *
 * @param id the client's own name for it
 * @param jobs empty for a batch and for the whole tenant
 * @param batch null for jobs and for the whole tenant
 * @param events the types of events that are wanted; empty for all of them
 */
public record Watch(
    String id, TenantId tenant, Set<JobId> jobs, @Nullable BatchId batch, Set<String> events) {
  static final int JOBS_MAX = 100;
  public static final int ID_LENGTH_MAX = 64;

  public Watch {
    jobs = Set.copyOf(jobs);
    events = Set.copyOf(events);
  }

  static Watch ofJobs(String id, TenantId tenant, Set<JobId> jobs) {
    return new Watch(id, tenant, jobs, null, Set.of());
  }

  static Watch ofTenant(String id, TenantId tenant) {
    return new Watch(id, tenant, Set.of(), null, Set.of());
  }

  boolean isWholeTenant() {
    return jobs.isEmpty() && batch == null;
  }

  boolean isFiltered() {
    return !events.isEmpty();
  }

  boolean matches(Frame frame) {
    return frame.tenant().equals(tenant) && names(frame) && wants(frame);
  }

  private boolean names(Frame frame) {
    if (batch != null) {
      return batch.equals(frame.batch());
    }
    return jobs.isEmpty() || jobs.contains(frame.job());
  }

  private boolean wants(Frame frame) {
    return events.isEmpty() || events.contains(frame.type());
  }
}
