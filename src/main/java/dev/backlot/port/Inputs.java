package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;

/** The long values of inputs, which leave the database for a send and for nothing else. */
public interface Inputs {
  /**
   * Reads a part of a job's input, in slices, so that one read costs little more memory than its
   * answer. A job that has not ended has its parts: they are stored in its own transaction, and the
   * database refuses to delete them before its end.
   *
   * @param offset of the first byte among all parts of the job
   * @param length bytes
   * @return exactly that many bytes; fails with {@code STORE_UNAVAILABLE} when the database is away
   *     and with {@code INTERNAL} when the job has no such part
   */
  Future<byte[]> read(TenantId tenant, JobId job, long offset, int length);
}
