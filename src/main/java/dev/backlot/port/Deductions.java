package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a tenant was charged for its jobs and calls, one by one. */
public interface Deductions {
  /** Most of one answer. */
  int MAX_PAGE = 500;

  /**
   * Newest first.
   *
   * @param limit 1 to {@link #MAX_PAGE} and one
   */
  Future<List<Deduction>> of(TenantId tenant, Span span, int limit);

  /**
   * @param from of the settlement
   * @param until of the settlement, exclusive
   * @param keyIds whose jobs; empty for all
   * @param before only what comes behind this one; null for all
   */
  record Span(
      Set<Asset> assets, Set<String> keyIds, Instant from, Instant until, @Nullable Place before) {
    public Span {
      assets = Set.copyOf(assets);
      keyIds = Set.copyOf(keyIds);
    }
  }

  /** Where a deduction stands among the others. */
  record Place(Instant at, JobId job) {}

  /**
   * @param job or call: their ids are of one kind
   * @param kind or name of the call
   * @param number of the task, 18 digits
   * @param mode or resolution; empty when the model has none
   * @param seconds duration; 0 for what has none
   */
  record Deduction(
      JobId job,
      long number,
      String keyId,
      String kind,
      String model,
      String mode,
      int seconds,
      Asset asset,
      Credits amount,
      Instant at) {}
}
