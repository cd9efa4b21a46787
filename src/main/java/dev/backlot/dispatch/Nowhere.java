package dev.backlot.dispatch;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.config.DispatchConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.NowherePolicy;
import dev.backlot.port.StrandedJobs;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails or holds, by policy, the queued jobs that no account can carry, and those whose model was
 * taken out of the catalog, once this node has seen that for long enough: a configuration with a
 * mistake in it has time to be mended. Remembers at most {@value #MAX_KNOWN} of them; beyond it the
 * one that was seen first begins anew. Confined to one event loop.
 */
final class Nowhere {
  private static final Logger LOG = LoggerFactory.getLogger(Nowhere.class);
  private static final int MAX_KNOWN = 50_000;
  private static final JobError ERROR =
      new JobError(
          ErrorCode.NO_ACCOUNT,
          "No account of this installation can run the job as it is written, or its model is offered"
              + " no more. Nothing was charged.");

  private final StrandedJobs store;
  private final Bus bus;
  private final DispatchConfig config;
  private final InstantSource clock;
  private final Map<JobId, Instant> since = new LinkedHashMap<>();
  private final Deque<JobId> lasting = new ArrayDeque<>();
  private boolean busy;

  Nowhere(StrandedJobs store, Bus bus, DispatchConfig config, InstantSource clock) {
    this.store = store;
    this.bus = bus;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Those of which it has lasted are put aside beside the claims, which do not wait for it.
   *
   * @param found by one claim, or one look at what claims do not see
   */
  void note(Collection<JobId> found, Instant now) {
    for (JobId job : found) {
      if (hasLasted(job, now)) {
        since.remove(job);
        lasting.add(job);
      }
    }
    if (!busy) {
      putAside();
    }
  }

  /** Puts no further batch aside: the next node finds those jobs again. */
  void stop() {
    lasting.clear();
  }

  boolean isIdle() {
    return !busy;
  }

  private boolean hasLasted(JobId job, Instant now) {
    Instant first = since.computeIfAbsent(job, seen -> now);
    if (since.size() > MAX_KNOWN) {
      since.remove(since.keySet().iterator().next());
    }
    return !now.isBefore(first.plus(config.nowhereAfter()));
  }

  /** One batch after the other, until none is left. One that could not be is found again. */
  private void putAside() {
    List<JobId> batch = new ArrayList<>();
    while (batch.size() < StrandedJobs.MAX_BATCH && !lasting.isEmpty()) {
      batch.add(lasting.remove());
    }
    busy = !batch.isEmpty();
    if (busy) {
      putAside(batch)
          .onSuccess(done -> bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0)))
          .onFailure(
              failure ->
                  LOG.atWarn()
                      .setCause(failure)
                      .addKeyValue("jobs", batch.size())
                      .log("jobs that no account can run could not be put aside yet"))
          .onComplete(done -> putAside());
    }
  }

  private Future<Integer> putAside(List<JobId> jobs) {
    return config.whenNowhere() == NowherePolicy.HOLD
        ? store.hold(jobs, HeldReason.MODEL_UNAVAILABLE, clock.instant())
        : store.fail(jobs, ERROR, clock.instant());
  }
}
