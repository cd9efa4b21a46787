package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault.Kind;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All faults that hit one request, in the order of their rules. */
record Mishaps(List<Mishap> all) {
  static final Mishaps NONE = new Mishaps(List.of());

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
    if (all.isEmpty()) {
      return TaskFaults.NONE;
    }
    Mishap invisible = of(Kind.INVISIBLE);
    Mishap stuck = of(Kind.STUCK);
    Mishap deduct = of(Kind.DEDUCT);
    BigDecimal billed = deduct == null ? null : deduct.units();
    return new TaskFaults(
        invisible == null ? 0 : invisible.delay(), stuckFor(stuck), failure(), billed);
  }

  private String failure() {
    Mishap moderated = of(Kind.MODERATE_TASK);
    if (moderated != null) {
      return moderated.wordsOr(MODERATED);
    }
    Mishap failed = of(Kind.FAIL);
    return failed == null ? "" : failed.wordsOr(BROKEN_INPUT);
  }

  private static long stuckFor(@Nullable Mishap stuck) {
    if (stuck == null) {
      return 0;
    }
    return stuck.delay() == 0 ? TaskPlan.NEVER : stuck.delay();
  }
}
