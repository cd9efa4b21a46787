package dev.backlot.domain.access;

import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the holder of a stream token may watch: some jobs (at most 100), a batch with its jobs, or
 * all of a tenant's.
 */
public sealed interface StreamScope {
  int MAX_JOBS = 100;

  /**
   * @param batch to which the job belongs; null when to none, or when that is not known
   */
  boolean covers(JobId job, @Nullable BatchId batch);

  default boolean covers(Job job) {
    BatchItem item = job.terms().batch();
    return covers(job.id(), item == null ? null : new BatchId(item.batch()));
  }

  record WholeTenant() implements StreamScope {
    @Override
    public boolean covers(JobId job, @Nullable BatchId batch) {
      return true;
    }
  }

  /** Also the jobs that will repeat failed ones of the batch. */
  record OfBatch(BatchId id) implements StreamScope {
    @Override
    public boolean covers(JobId job, @Nullable BatchId batch) {
      return id.equals(batch);
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
    public boolean covers(JobId job, @Nullable BatchId batch) {
      return ids.contains(job);
    }
  }
}
