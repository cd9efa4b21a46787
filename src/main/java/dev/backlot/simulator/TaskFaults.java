package dev.backlot.simulator;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with a task after it was accepted. Milliseconds.
 *
 * @param stuck how much longer it stays at processing; {@link TaskPlan#NEVER} for ever
 * @param oddStatus what it shows in place of its status, null for nothing; its end counts from now
 * @param failure why it fails, empty when it does not
 * @param billed units billed in place of its price, also when it fails; null for the usual
 * @param onCallbacks what goes wrong with its callbacks
 */
record TaskFaults(
    long invisible,
    long stuck,
    @Nullable OddStatus oddStatus,
    String failure,
    @Nullable BigDecimal billed,
    List<FaultRule> onCallbacks) {
  static final TaskFaults NONE = new TaskFaults(0, 0, null, "", null, List.of());
}
