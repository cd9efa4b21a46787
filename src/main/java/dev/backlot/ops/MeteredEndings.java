package dev.backlot.ops;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Endings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the ends of attempts that were really applied, by kind and, for failures, by code. */
public final class MeteredEndings implements Endings {
  private final Endings endings;
  private final MeterProvider<Counter> applied;
  private final Refill refill;

  public MeteredEndings(Endings endings, MeterRegistry registry, Refill refill) {
    this.endings = endings;
    this.refill = refill;
    applied =
        Counter.builder("backlot.endings")
            .description("Ends of attempts, by ending and code")
            .withRegistry(registry);
  }

  @Override
  public Future<Finished> finish(List<Ending> batch, CancelPolicy policy, Instant now) {
    return endings.finish(batch, policy, now).onSuccess(this::note);
  }

  @Override
  public Future<Refilled> finishAndRefill(
      List<Ending> batch, CancelPolicy policy, Claiming claiming, Instant now) {
    return endings
        .finishAndRefill(batch, policy, claiming, now)
        .onSuccess(refilled -> note(refilled.finished()));
  }

  @Override
  public Future<List<Running>> running(NodeLease lease, Collection<AttemptId> attempts) {
    return endings.running(lease, attempts);
  }

  @Override
  public Future<List<JobId>> markOverdue(NodeLease lease, Instant runningBefore, int limit) {
    return endings.markOverdue(lease, runningBefore, limit);
  }

  @Override
  public Future<List<Running>> allRunning(NodeLease lease, @Nullable AttemptId after, int limit) {
    return endings.allRunning(lease, after, limit);
  }

  private void note(Finished finished) {
    refill.freed(finished.applied().size());
    finished.applied().forEach(this::count);
  }

  private void count(Ending ending) {
    if (ending instanceof Ending.Failed failed) {
      count("failed", failed.error().code().slug());
      return;
    }
    if (ending instanceof Ending.TryAgain again) {
      count("try_again", again.error().code().slug());
      return;
    }
    if (ending instanceof Ending.GivenUp givenUp) {
      count("given_up", givenUp.error().code().slug());
      return;
    }
    if (ending instanceof Ending.Replaced replaced) {
      count("replaced", replaced.error().code().slug());
      return;
    }
    count("succeeded", "none");
  }

  private void count(String ending, String code) {
    applied.withTags("ending", ending, "code", code).increment();
  }
}
