package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What jobs have made that later jobs take. Another tenant's does not exist here (promise P6). */
public interface MadeOutputs {
  /** In no order; jobs that have not succeeded are missing. */
  Future<List<Made>> find(TenantId tenant, Set<Long> numbers, Set<JobId> jobs);

  /**
   * @param number the job's public number
   * @param account that made it, and alone knows it by the provider's ids
   * @param outputs with the provider's ids
   */
  record Made(long number, JobId job, String account, Instant endedAt, List<Output> outputs) {
    public Made {
      outputs = List.copyOf(outputs);
    }
  }
}
