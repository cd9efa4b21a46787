package dev.backlot.fallback;

import dev.backlot.domain.catalog.StandIns;
import dev.backlot.domain.catalog.StandIns.Asking;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.port.Fallbacks;
import dev.backlot.port.Fallbacks.Candidate;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Which models take over jobs whose own cannot do them. */
public final class ModelChoice {
  private final Fallbacks store;
  private final StandIns standIns;

  public ModelChoice(Fallbacks store, StandIns standIns) {
    this.store = store;
    this.standIns = standIns;
  }

  /** A job that is left out allows none, or its chain is used up. */
  Future<Map<JobId, StandIn>> of(Collection<JobId> jobs) {
    return jobs.isEmpty()
        ? Future.succeededFuture(Map.of())
        : store.candidates(jobs).map(this::choose);
  }

  private Map<JobId, StandIn> choose(Map<JobId, Candidate> candidates) {
    Map<JobId, StandIn> chosen = new HashMap<>();
    candidates.forEach(
        (job, candidate) ->
            standIns.next(asking(candidate)).ifPresent(standIn -> chosen.put(job, standIn)));
    return chosen;
  }

  static Asking asking(Candidate candidate) {
    return new Asking(
        candidate.pool(),
        candidate.account(),
        candidate.kind(),
        candidate.requested(),
        candidate.model(),
        new JsonObject(candidate.input()).getMap(),
        candidate.asset(),
        candidate.ceiling());
  }
}
