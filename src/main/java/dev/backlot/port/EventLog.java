package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The one log of transitions (promise P5). Positions rise in commit order. */
public interface EventLog {
  /**
   * @param type for example {@code job.running}
   * @param data JSON object text, safe for the tenant
   */
  record Event(
      long position,
      TenantId tenant,
      JobId job,
      int jobVersion,
      String type,
      Instant at,
      String data) {}

  /** The highest committed position; 0 when the log is empty. */
  Future<Long> head();

  /** Events of all tenants after {@code position}, in order, at most {@code limit}. */
  Future<List<Event>> after(long position, int limit);

  /** Events of one tenant (and, when not empty, of these jobs) after a position, in order. */
  Future<List<Event>> after(TenantId tenant, Set<JobId> jobs, long position, int limit);

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

  /** Jobs that do not exist for this tenant are missing from {@code jobs}. */
  record Snapshot(long position, List<Job> jobs) {}
}
