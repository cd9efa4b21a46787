package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault.Kind;
import dev.backlot.config.SimulatorFault.Leave;
import java.math.BigDecimal;

/**
 * A fault that hits the request at hand.
 *
 * @param delay milliseconds, drawn from the rule's range
 * @param code error code, for {@link Kind#ERROR}
 * @param status HTTP status, for {@link Kind#BROKEN}
 * @param units what is billed, for {@link Kind#DEDUCT}
 * @param message in place of the vendor's words; empty for those
 * @param word status shown, for {@link Kind#STATUS}
 */
record Mishap(
    Kind kind,
    long delay,
    int code,
    int status,
    Leave leave,
    BigDecimal units,
    String message,
    String word) {

  /** The message, or the vendor's words. */
  String wordsOr(String usual) {
    return message.isEmpty() ? usual : message;
  }

  /** Whether the request ends here, before the service has looked at it. */
  boolean comesFirst() {
    return switch (kind) {
      case ERROR, BROKEN, HANG, RESET, MODERATE -> true;
      case LOST, LATE, SLOW, TRICKLE, INVISIBLE, STATUS, STUCK -> false;
      case MODERATE_TASK, FAIL, DEDUCT -> false;
      case DUPLICATE, REORDER, FORGE_STATUS, FORGE_TASK, MISSIGN -> false;
    };
  }
}
