package dev.backlot.domain.batch;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobState;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How far the jobs of a batch are.
 *
 * @param counts items by the state of their newest job; states without any are left out
 */
public record BatchProgress(Map<JobState, Long> counts, List<Totals> totals) {
  public BatchProgress {
    counts = Map.copyOf(counts);
    totals = List.copyOf(totals);
  }

  /**
   * Amounts of one asset.
   *
   * @param cost the most that the newest job of each item can cost
   * @param charged what was settled, for all jobs
   * @param reserved what is set aside for those that have not ended
   */
  public record Totals(Asset asset, Credits cost, Credits charged, Credits reserved) {}

  public long jobs() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  public long ended() {
    return counts.entrySet().stream()
        .filter(each -> each.getKey().isTerminal())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Whole percent of the items that have ended, rounded down: 100 only when all have. */
  public int percent() {
    return jobs() == 0 ? 100 : (int) (100 * ended() / jobs());
  }

  /** In the order in which a job goes through them. */
  public Map<JobState, Long> inOrder() {
    Map<JobState, Long> ordered = new EnumMap<>(JobState.class);
    ordered.putAll(counts);
    return ordered;
  }
}
