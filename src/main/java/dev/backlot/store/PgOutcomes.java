package dev.backlot.store;

import dev.backlot.domain.ErrorCode;
import dev.backlot.port.Outcomes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Outcomes from the event log. */
public final class PgOutcomes implements Outcomes {
  private final Pool pool;

  public PgOutcomes(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<List<Tally>> since(Instant from) {
    return Reads.list(
        pool, OutcomeSql.SINCE, Tuple.of(Rows.time(from), LOOKED_AT), PgOutcomes::tally);
  }

  private static Tally tally(Row row) {
    return new Tally(
        Rows.instant(row, "bin"), error(row.getString("code")), row.getInteger("jobs"));
  }

  /** A code of a newer version counts as the worst that it can be. */
  private static @Nullable ErrorCode error(@Nullable String slug) {
    return slug == null
        ? null
        : Stream.of(ErrorCode.values())
            .filter(code -> code.slug().equals(slug))
            .findFirst()
            .orElse(ErrorCode.INTERNAL);
  }
}
