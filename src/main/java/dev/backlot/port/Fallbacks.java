package dev.backlot.port;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the choice of another model for a job is made of. */
public interface Fallbacks {
  /**
   * Those of these jobs whose callers allow that another model stands in. Nothing of the answer
   * changes while an attempt of the job is open: whoever acts on it names the attempt's fence, or
   * the model when there is none.
   *
   * @param jobs as many as one batch of facts, endings or stranded jobs has, at most
   */
  Future<Map<JobId, Candidate>> candidates(Collection<JobId> jobs);

  /**
   * @param account that made what it uses, and that alone may run it; null when any of its pool may
   * @param requested the model with which it was submitted
   * @param model the model that it has now
   * @param input JSON object text, with its long values taken out
   * @param ceiling what is reserved for it
   */
  record Candidate(
      String pool,
      @Nullable String account,
      String kind,
      String requested,
      String model,
      String input,
      Asset asset,
      Credits ceiling) {}
}
