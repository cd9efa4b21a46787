package dev.backlot.results;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;

/**
 * One result file and where the provider keeps it.
 *
 * @param url signed by the provider: never shown to anybody, never logged
 */
record ResultFile(TenantId tenant, OutputPath path, String url) {
  JobId job() {
    return path.job();
  }

  /** What tells it from every other file of ours. */
  String name() {
    return path.job() + "-" + path.n() + (path.watermark() ? "-watermark" : "");
  }

  /** Our own: the provider's would tell who it is. Strong, since a result never changes. */
  String etag() {
    return '"' + name() + '"';
  }

  @Override
  public String toString() {
    return "ResultFile[" + path + "]";
  }
}
