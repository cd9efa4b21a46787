package dev.backlot.ops;

import dev.backlot.domain.call.CallOutcome;
import dev.backlot.port.ProviderCalls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Counts and times calls that are answered at once, beside those of tasks. */
public final class MeteredCalls implements ProviderCalls {
  private final ProviderCalls calls;
  private final MeterRegistry registry;

  public MeteredCalls(ProviderCalls calls, MeterRegistry registry) {
    this.calls = calls;
    this.registry = registry;
  }

  @Override
  public Future<CallOutcome> send(
      Sending sending, BooleanSupplier permit, Consumer<CallOutcome> late) {
    Timer.Sample begun = Timer.start(registry);
    return calls
        .send(sending, permit, late)
        .onComplete(
            done ->
                begun.stop(
                    registry.timer(
                        "backlot.provider.call",
                        "operation",
                        sending.call(),
                        "account",
                        sending.account(),
                        "outcome",
                        done.succeeded() ? outcome(done.result()) : "defect")));
  }

  private static String outcome(CallOutcome outcome) {
    if (outcome instanceof CallOutcome.Answered) {
      return "answered";
    }
    if (outcome instanceof CallOutcome.Refused refused) {
      return refused.code().slug();
    }
    return outcome instanceof CallOutcome.Unknown ? "unknown" : "never_sent";
  }
}
