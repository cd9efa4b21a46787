package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.ClientTask;
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
 * A tenant's jobs for clients that speak the provider's own words, whichever way the jobs came.
 * Another tenant's do not exist here (promise P6).
 */
public interface ClientTasks {
  /** Most tasks of one answer. */
  int MAX_PAGE = 500;

  /** Most characters of a member of an input that is shown. */
  int MAX_SAID = 16_384;

  /** Most jobs of the tenant that are looked at for one page, whatever is wanted of them. */
  int MAX_LOOK = 20_000;

  /**
   * A page.
   *
   * @param behind the last job that was looked at, when the look ended before the page was full;
   *     null when there is nothing behind the page or it is full
   */
  record Page(List<ClientTask> tasks, @Nullable JobId behind) {
    public Page {
      tasks = List.copyOf(tasks);
    }
  }

  Future<Optional<ClientTask>> find(TenantId tenant, JobId id);

  /**
   * By its number, or else by its external id.
   *
   * @param id any text
   */
  Future<Optional<ClientTask>> find(TenantId tenant, String kind, String id);

  /** In no order; what there is not is missing. */
  Future<List<ClientTask>> withIds(TenantId tenant, Set<JobId> ids);

  /**
   * What the inputs of jobs say: a member that is not there, or is longer than {@link #MAX_SAID}
   * characters as JSON, is missing, and so is a job without any.
   *
   * @param members of inputs, by their names
   * @return the JSON text of each by its name, by job
   */
  Future<Map<JobId, Map<String, String>>> said(
      TenantId tenant, Set<JobId> ids, Set<String> members);

  /** In no order; what there is not is missing. */
  Future<List<ClientTask>> withNumbers(TenantId tenant, Set<Long> numbers);

  /** In no order; what there is not is missing. */
  Future<List<ClientTask>> withExternalIds(TenantId tenant, Set<String> externalIds);

  /**
   * Of one kind, newest first, among the {@link #MAX_LOOK} newest jobs of the tenant.
   *
   * @param skip of the newest
   * @param limit 1 to {@link #MAX_PAGE}
   */
  Future<Page> newest(TenantId tenant, String kind, int skip, int limit);

  /**
   * Newest first, among the {@link #MAX_LOOK} newest jobs that the time and the place leave.
   *
   * @param limit 1 to {@link #MAX_PAGE} and one
   */
  Future<Page> search(TenantId tenant, Search search, int limit);

  /**
   * @param from of acceptance, to the millisecond
   * @param until of acceptance, exclusive
   * @param before only older ones than this one; null for all
   */
  record Search(
      Set<String> kinds,
      Set<JobState> states,
      Instant from,
      Instant until,
      @Nullable JobId before) {
    public Search {
      kinds = Set.copyOf(kinds);
      states = Set.copyOf(states);
    }
  }
}
