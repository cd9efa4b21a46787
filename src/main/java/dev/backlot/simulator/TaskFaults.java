package dev.backlot.simulator;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with a task after it was accepted. Milliseconds.
 *
 * @param stuck how much longer it stays at processing; {@link TaskPlan#NEVER} for ever
 * @param failure why it fails, empty when it does not
 * @param billed units billed in place of its price, also when it fails; null for the usual
 */
record TaskFaults(long invisible, long stuck, String failure, @Nullable BigDecimal billed) {
  static final TaskFaults NONE = new TaskFaults(0, 0, "", null);
}
