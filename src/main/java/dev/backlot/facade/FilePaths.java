package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;

/** Makes the path of a result file, with a token in it that opens it for a while. */
@FunctionalInterface
public interface FilePaths {
  /**
   * @param n which of the job's files, from 0
   * @param watermark the copy with a watermark, rather than the clean one
   */
  String path(TenantId tenant, JobId job, int n, boolean watermark);
}
