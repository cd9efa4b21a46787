package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.Inputs;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** One statement for each slice, one after the other. A row never changes, so they fit together. */
public final class PgInputs implements Inputs {
  /** What the database client holds at a time besides the answer. */
  static final int SLICE = 2 << 20;

  private final Pool pool;

  public PgInputs(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<byte[]> read(TenantId tenant, JobId job, long offset, int length) {
    return read(tenant, job, offset, new byte[length], 0);
  }

  private Future<byte[]> read(TenantId tenant, JobId job, long offset, byte[] into, int filled) {
    if (filled == into.length) {
      return Future.succeededFuture(into);
    }
    int wanted = Math.min(SLICE, into.length - filled);
    Tuple arguments = Tuple.of(tenant.value(), job.value(), offset + filled, wanted);
    return Reads.list(pool, InputSql.SLICE, arguments, row -> row.getBuffer("slice"))
        .compose(
            slices -> {
              if (!isWhole(slices, wanted)) {
                return Future.failedFuture(
                    new BacklotException(ErrorCode.INTERNAL, "The job's input is not there"));
              }
              slices.get(0).getBytes(into, filled);
              return read(tenant, job, offset, into, filled + wanted);
            });
  }

  private static boolean isWhole(List<Buffer> slices, int wanted) {
    return slices.size() == 1 && slices.get(0).length() == wanted;
  }
}
