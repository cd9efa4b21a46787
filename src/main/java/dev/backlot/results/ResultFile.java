package dev.backlot.results;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;

/**
 * One result file and where the provider keeps it.
 *
 * @param url signed by the provider: never shown to anybody, never logged
 */
record ResultFile(TenantId tenant, JobId job, int n, String url) {
  /** Our own: the provider's would tell who it is. Strong, since a result never changes. */
  String etag() {
    return "\"" + job + "-" + n + "\"";
  }

  @Override
  public String toString() {
    return "ResultFile[" + job + ", " + n + "]";
  }
}
