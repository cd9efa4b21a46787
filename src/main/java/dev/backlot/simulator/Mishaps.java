package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault.Kind;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All faults that hit one request, in the order of their rules.
 *
 * @param onCallbacks those that the prompt of a create wants for the callbacks of its task
 */
record Mishaps(List<Mishap> all, List<FaultRule> onCallbacks) {
  static final Mishaps NONE = new Mishaps(List.of(), List.of());

  private static final String MODERATED = "Failure to pass the risk control system";
  private static final String BROKEN_INPUT = "Image pixel is invalid";

  /** What ends the request before the service looks at it. */
  @Nullable Mishap first() {
    return all.stream().filter(Mishap::comesFirst).findFirst().orElse(null);
  }

  @Nullable Mishap of(Kind kind) {
    return all.stream().filter(mishap -> mishap.kind() == kind).findFirst().orElse(null);
  }

  TaskFaults onTask() {
    if (all.isEmpty() && onCallbacks.isEmpty()) {
      return TaskFaults.NONE;
    }
    Mishap invisible = of(Kind.INVISIBLE);
    Mishap stuck = of(Kind.STUCK);
    Mishap deduct = of(Kind.DEDUCT);
    BigDecimal billed = deduct == null ? null : deduct.units();
    return new TaskFaults(
        invisible == null ? 0 : invisible.delay(),
        orForEver(stuck),
        oddStatus(),
        failure(),
        billed,
        onCallbacks);
  }

  private String failure() {
    Mishap moderated = of(Kind.MODERATE_TASK);
    if (moderated != null) {
      return moderated.wordsOr(MODERATED);
    }
    Mishap failed = of(Kind.FAIL);
    return failed == null ? "" : failed.wordsOr(BROKEN_INPUT);
  }

  private @Nullable OddStatus oddStatus() {
    Mishap odd = of(Kind.STATUS);
    return odd == null ? null : new OddStatus(odd.word(), orForEver(odd));
  }

  private static long orForEver(@Nullable Mishap mishap) {
    if (mishap == null) {
      return 0;
    }
    return mishap.delay() == 0 ? TaskPlan.NEVER : mishap.delay();
  }
}
