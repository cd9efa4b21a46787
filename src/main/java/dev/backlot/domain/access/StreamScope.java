package dev.backlot.domain.access;

import dev.backlot.domain.job.JobId;
import java.util.Set;

/** What the holder of a stream token may watch: some jobs (at most 100), or all of a tenant's. */
public sealed interface StreamScope {
  int MAX_JOBS = 100;

  boolean covers(JobId job);

  record WholeTenant() implements StreamScope {
    @Override
    public boolean covers(JobId job) {
      return true;
    }
  }

  record Jobs(Set<JobId> ids) implements StreamScope {
    public Jobs {
      ids = Set.copyOf(ids);
      if (ids.isEmpty() || ids.size() > MAX_JOBS) {
        throw new IllegalArgumentException("a token covers 1 to " + MAX_JOBS + " jobs");
      }
    }

    @Override
    public boolean covers(JobId job) {
      return ids.contains(job);
    }
  }
}
