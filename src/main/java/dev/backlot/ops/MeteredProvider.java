package dev.backlot.ops;

import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.VideoProvider;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Times every call to the provider, by operation, account and outcome, and how late the end of a
 * task was noticed.
 */
public final class MeteredProvider implements VideoProvider {
  private final VideoProvider provider;
  private final MeterRegistry registry;
  private final Refill refill;
  private final InstantSource clock;
  private final MeterProvider<Timer> calls;
  private final MeterProvider<Timer> lags;

  /** For who sends no creates. */
  public MeteredProvider(VideoProvider provider, MeterRegistry registry, InstantSource clock) {
    this(provider, registry, clock, new Refill(registry, System::nanoTime));
  }

  /**
   * @param refill told of every create that is written
   */
  public MeteredProvider(
      VideoProvider provider, MeterRegistry registry, InstantSource clock, Refill refill) {
    this.provider = provider;
    this.registry = registry;
    this.clock = clock;
    this.refill = refill;
    lags =
        Timer.builder("backlot.detection.lag")
            .description("From a task's end by the provider's clock to our notice by our own")
            .withRegistry(registry);
    calls =
        Timer.builder("backlot.provider.call")
            .description("Calls to the provider, until their outcome is known or given up")
            .withRegistry(registry);
  }

  @Override
  public Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    return timed(
        "create",
        create.account(),
        provider.create(create, () -> isWritten(permit), late),
        MeteredProvider::outcome);
  }

  /** The permit is asked for right before the write. */
  private boolean isWritten(BooleanSupplier permit) {
    boolean permitted = permit.getAsBoolean();
    if (permitted) {
      refill.filled();
    }
    return permitted;
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    return timed("query", task.account(), provider.query(task), MeteredProvider::outcome)
        .onSuccess(this::noticed);
  }

  @Override
  public Together together(String account, String dialect) {
    return provider.together(account, dialect);
  }

  /** One call, unclear when no task of it has an answer. */
  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    return timed(
            together(tasks.get(0).account(), tasks.get(0).dialect()) == Together.BY_LIST
                ? "query_list"
                : "query_group",
            tasks.get(0).account(),
            provider.queryAll(tasks),
            MeteredProvider::outcomeOfAll)
        .onSuccess(answers -> answers.forEach(this::noticed));
  }

  @Override
  public Future<TaskLookup> lookUp(ByExternalId attempt) {
    return timed("look_up", attempt.account(), provider.lookUp(attempt), MeteredProvider::outcome);
  }

  private <T> Future<T> timed(
      String operation, String account, Future<T> call, Function<T, String> outcome) {
    Timer.Sample begun = Timer.start(registry);
    return call.onComplete(
        done ->
            begun.stop(
                calls.withTags(
                    "operation",
                    operation,
                    "account",
                    account,
                    "outcome",
                    done.succeeded() ? outcome.apply(done.result()) : "defect")));
  }

  /** Clocks differ: what seems to be noticed before its end is noticed at once. */
  private void noticed(TaskLookup answer) {
    if (!(answer instanceof TaskLookup.Found found)) {
      return;
    }
    TaskReport.Times times = found.report().times();
    if (times == null) {
      return;
    }
    boolean succeeded = found.report() instanceof TaskReport.Succeeded;
    Duration lag = Duration.between(times.ended(), clock.instant());
    lags.withTags("outcome", succeeded ? "succeeded" : "failed")
        .record(lag.isNegative() ? Duration.ZERO : lag);
  }

  private static String outcome(SubmitOutcome outcome) {
    if (outcome instanceof SubmitOutcome.Accepted) {
      return "accepted";
    }
    if (outcome instanceof SubmitOutcome.Refused refused) {
      return refused.code().slug();
    }
    return outcome instanceof SubmitOutcome.Unknown ? "unknown" : "never_sent";
  }

  private static String outcomeOfAll(List<TaskLookup> answers) {
    return answers.stream().allMatch(TaskLookup.Unclear.class::isInstance) ? "unclear" : "found";
  }

  private static String outcome(TaskLookup found) {
    if (found instanceof TaskLookup.Found) {
      return "found";
    }
    return found instanceof TaskLookup.NotThere ? "not_there" : "unclear";
  }
}
