package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import java.util.Set;

/**
 * What one subscription follows.
 *
 * @param id the client's own name for it
 * @param jobs empty for all jobs of the tenant
 */
record Watch(String id, TenantId tenant, Set<JobId> jobs) {
  static final int JOBS_MAX = 100;
  static final int ID_LENGTH_MAX = 64;

  Watch {
    jobs = Set.copyOf(jobs);
  }

  boolean isWholeTenant() {
    return jobs.isEmpty();
  }

  boolean matches(Frame frame) {
    return frame.tenant().equals(tenant) && (isWholeTenant() || jobs.contains(frame.job()));
  }
}
