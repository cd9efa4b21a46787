package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one log of transitions (promise P5). Positions rise in commit order.
 *
 * <p>A position begins with the number of its log, which is 0 until the database was first restored
 * to an earlier point: what was given out after that point is never given out again.
 */
public interface EventLog {
  /** Bits of a position behind the number of its log. */
  int NUMBER_SHIFT = 38;

  /** Which log this position belongs to. */
  static long number(long position) {
    return position >> NUMBER_SHIFT;
  }

  /**
   * @param batch null for a job of none
   * @param type for example {@code job.running}
   * @param data JSON object text, safe for the tenant
   */
  record Event(
      long position,
      TenantId tenant,
      JobId job,
      @Nullable BatchId batch,
      int jobVersion,
      String type,
      Instant at,
      String data) {}

  /**
   * Which events of a tenant are meant: those of these jobs and those of these batches; all of them
   * when neither is named.
   */
  record Selection(Set<JobId> jobs, Set<BatchId> batches) {
    public static final Selection ALL = new Selection(Set.of(), Set.of());

    public Selection {
      jobs = Set.copyOf(jobs);
      batches = Set.copyOf(batches);
    }

    public boolean isAll() {
      return jobs.isEmpty() && batches.isEmpty();
    }
  }

  /** The highest committed position; 0 when the log is empty. */
  Future<Long> head();

  /** The same, if the tenant has such a batch; empty when it has not. */
  Future<Optional<Long>> head(TenantId tenant, BatchId batch);

  /** Events of all tenants after {@code position}, in order, at most {@code limit}. */
  Future<List<Event>> after(long position, int limit);

  /** Events of one tenant after a position, in order, at most {@code limit}. */
  Future<List<Event>> after(TenantId tenant, Selection selection, long position, int limit);

  /**
   * The oldest position that is still kept; 1 before the first event. A cursor below {@code oldest
   * - 1} has expired. Retention always leaves the last event, so that this and {@link #head} never
   * fall back.
   */
  Future<Long> oldest();

  /**
   * Current state and the position up to which it is current, both from one database snapshot.
   *
   * @param jobs the wanted jobs; empty for the tenant's newest live jobs
   * @param limit most jobs of the answer
   */
  Future<Snapshot> snapshot(TenantId tenant, Set<JobId> jobs, int limit);

  /**
   * The same of a batch: its newest live jobs, and how many items are in which state.
   *
   * @return empty when the tenant has no such batch
   */
  Future<Optional<Snapshot>> snapshot(TenantId tenant, BatchId batch, int limit);

  /**
   * Jobs that do not exist for this tenant are missing from {@code jobs}.
   *
   * @param counts of a batch: items by the state of their newest job; else empty
   */
  record Snapshot(long position, List<Job> jobs, Map<JobState, Long> counts) {
    public Snapshot {
      jobs = List.copyOf(jobs);
      counts = Map.copyOf(counts);
    }

    public Snapshot(long position, List<Job> jobs) {
      this(position, jobs, Map.of());
    }
  }
}
