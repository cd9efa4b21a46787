package dev.backlot.dispatch;

import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.port.Dispatches;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts the queued jobs that no account can carry, for a warning now and then. Intake takes none,
 * so they are there only when the configuration or the catalog has changed. Confined to one event
 * loop.
 */
final class StuckJobs {
  /** As often as such a job is looked at, so that each is counted once. */
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  private final Map<String, Integer> counts = new TreeMap<>();
  private Instant nextWarning = Instant.MIN;

  Noting noting(Dispatches.Planner planner) {
    return new Noting(planner);
  }

  /**
   * @return numbers by kind and model since the last warning, when it is time for one
   */
  Optional<Map<String, Integer>> note(Collection<QueuedJob> found, Instant now) {
    found.forEach(job -> counts.merge(job.kind() + "/" + job.model(), 1, Integer::sum));
    if (counts.isEmpty() || now.isBefore(nextWarning)) {
      return Optional.empty();
    }
    Map<String, Integer> noted = new TreeMap<>(counts);
    counts.clear();
    nextWarning = now.plus(BETWEEN_WARNINGS);
    return Optional.of(noted);
  }

  /** A planner of one claim, which remembers what is stuck. */
  static final class Noting implements Dispatches.Planner {
    private final Dispatches.Planner planner;
    private final Map<JobId, QueuedJob> found = new LinkedHashMap<>();

    private Noting(Dispatches.Planner planner) {
      this.planner = planner;
    }

    @Override
    public List<PlannedAttempt> apply(List<QueuedJob> jobs, List<FreeSlots> slots) {
      return planner.apply(jobs, slots);
    }

    @Override
    public boolean mayPlanLater(QueuedJob job) {
      boolean later = planner.mayPlanLater(job);
      if (!later) {
        found.put(job.id(), job);
      }
      return later;
    }

    @Override
    public boolean mayGo(QueuedJob job, String account) {
      return planner.mayGo(job, account);
    }

    Collection<QueuedJob> found() {
      return found.values();
    }
  }
}
