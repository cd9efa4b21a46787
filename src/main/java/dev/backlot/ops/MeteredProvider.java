package dev.backlot.ops;

import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.VideoProvider;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** Times every call to the provider, by operation, account and outcome. */
public final class MeteredProvider implements VideoProvider {
  private final VideoProvider provider;
  private final MeterRegistry registry;
  private final Refill refill;
  private final MeterProvider<Timer> calls;

  /** For who sends no creates. */
  public MeteredProvider(VideoProvider provider, MeterRegistry registry) {
    this(provider, registry, new Refill(registry, System::nanoTime));
  }

  /**
   * @param refill told of every create that is written
   */
  public MeteredProvider(VideoProvider provider, MeterRegistry registry, Refill refill) {
    this.provider = provider;
    this.registry = registry;
    this.refill = refill;
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
    return timed("query", task.account(), provider.query(task), MeteredProvider::outcome);
  }

  /** One call, unclear when no task of it has an answer. */
  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    return timed(
        "query", tasks.get(0).account(), provider.queryAll(tasks), MeteredProvider::outcomeOfAll);
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
