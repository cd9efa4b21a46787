package dev.backlot.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * One way in which the simulated provider misbehaves. The configuration file and the simulator's
 * control endpoint use the same keys.
 *
 * @param fault what goes wrong
 * @param target which requests are hit
 * @param count how many requests are hit before the rule is spent; 0 for no limit
 * @param probability chance that a matching request is hit, 0 to 1
 * @param delay meaning by fault: acceptance of a late create, invisibility, extra life of a stuck
 *     task, slowness of an answer; zero for a stuck task or an odd status means for ever
 * @param delayMax the delay is drawn evenly between {@code delay} and this
 * @param spread sigma of a log-normal distribution around {@code delay}, cut at {@code delayMax}; 0
 *     for an even one
 * @param after how long from now the rule begins to live, on the simulator's clock
 * @param lasting how long the rule lives, counted on the simulator's clock; null for no end
 * @param code error code of the envelope, for {@link Kind#ERROR}
 * @param status HTTP status, for {@link Kind#BROKEN}
 * @param leave what the client of a lost or late create sees
 * @param units what is billed, for {@link Kind#DEDUCT}
 * @param message what the envelope or the failed task says, as the real service may quote a prompt;
 *     empty for the vendor's usual words
 * @param word the status shown, for {@link Kind#STATUS}; may be empty
 */
public record SimulatorFault(
    Kind fault,
    Target target,
    int count,
    double probability,
    Duration delay,
    Duration delayMax,
    double spread,
    Duration after,
    @Nullable Duration lasting,
    int code,
    int status,
    Leave leave,
    BigDecimal units,
    String message,
    String word) {

  private static final int MESSAGE_MAX = 500;
  private static final int WORD_MAX = 64;

  /** Longest delay of any fault but a late acceptance, which has its own bound. */
  public static final Duration DELAY_MAX = Duration.ofHours(24);

  /** What goes wrong. */
  public enum Kind {
    /** Refused with an error code in a proper envelope. Nothing is accepted. */
    ERROR,
    /** An HTTP error without an envelope, as a proxy in between answers. Nothing is accepted. */
    BROKEN,
    /** Never answered. Nothing is accepted. */
    HANG,
    /** The connection is closed without an answer. Nothing is accepted. */
    RESET,
    /** Refused at once by content policy, 400/1301. */
    MODERATE,
    /** Accepted, but the answer never arrives. A callback: never sent. */
    LOST,
    /**
     * The client is dropped now, the create is checked and accepted after the delay. A callback:
     * sent after the delay.
     */
    LATE,
    /** Answered after the delay. */
    SLOW,
    /** The answer's bytes are spread over the delay. */
    TRICKLE,
    /** Accepted, but no query or list shows the task before the delay is over. */
    INVISIBLE,
    /** Until it ends, or for the delay, the task shows a status that nobody documented. */
    STATUS,
    /** The task stays at processing for the delay longer, or for ever. */
    STUCK,
    /** The task fails by content policy. */
    MODERATE_TASK,
    /** The task fails. */
    FAIL,
    /** The task bills {@code units} instead of its price, even when it fails. */
    DEDUCT,
    /** A callback is sent twice. */
    DUPLICATE,
    /** A callback is sent after the next one of its task. */
    REORDER,
    /** Before a callback comes another one, signed with a wrong key, that lies about the status. */
    FORGE_STATUS,
    /** Likewise, that speaks of another task. */
    FORGE_TASK,
    /** A callback is signed with a wrong key. */
    MISSIGN
  }

  /** Which requests a rule is aimed at. */
  public enum Target {
    CREATE,
    /** What is answered at once, without a task: faces, speech, selections, deletions. */
    CALL,
    /** Every read: one task, list pages, {@code /tasks} and costs. */
    QUERY,
    MEDIA,
    /** All of these, but not callbacks. */
    ANY,
    CALLBACK
  }

  /** What the client sees of a create that was accepted, or will be, without an answer. */
  public enum Leave {
    CLOSE,
    HANG
  }

  /**
   * Reads one rule.
   *
   * @param horizon longest delay of a late acceptance
   */
  public static SimulatorFault from(Section in, Duration horizon) {
    Kind fault = in.requireEnum("fault", Kind.class);
    Target usual = isOnCallbacksOnly(fault) ? Target.CALLBACK : Target.CREATE;
    Target target = in.has("target") ? in.requireEnum("target", Target.class) : usual;
    boolean lateCreate = fault == Kind.LATE && target != Target.CALLBACK;
    Duration longest = lateCreate ? horizon : DELAY_MAX;
    Duration delay = duration(in, "delay", Duration.ZERO, longest);
    SimulatorFault rule =
        new SimulatorFault(
            fault,
            target,
            in.has("count") ? in.requireInt("count", 1, 1_000_000) : 0,
            in.has("probability")
                ? in.requireDecimal("probability", BigDecimal.ZERO, BigDecimal.ONE).doubleValue()
                : 1,
            delay,
            in.has("delay-max") ? in.requireDuration("delay-max", delay, longest) : delay,
            in.has("spread")
                ? in.requireDecimal("spread", BigDecimal.ZERO, BigDecimal.valueOf(2)).doubleValue()
                : 0,
            duration(in, "after", Duration.ZERO, DELAY_MAX),
            in.has("for") ? in.requireDuration("for", Duration.ofMillis(1), DELAY_MAX) : null,
            fault == Kind.ERROR ? in.requireInt("code", 1000, 5999) : 0,
            in.has("status") ? in.requireInt("status", 400, 599) : 503,
            in.has("leave") ? in.requireEnum("leave", Leave.class) : Leave.CLOSE,
            fault == Kind.DEDUCT
                ? in.requireDecimal("units", BigDecimal.ZERO, BigDecimal.valueOf(1_000_000))
                : BigDecimal.ZERO,
            in.text("message").orElse(""),
            in.text("word").orElse(""));
    in.rejectUnknown();
    rule.check(in);
    return rule;
  }

  private void check(Section in) {
    if (!message.isEmpty() && !saysSomething()) {
      throw in.error("message", "is only for error, moderate, moderate-task and fail");
    }
    if (message.length() > MESSAGE_MAX) {
      throw in.error("message", "must have at most " + MESSAGE_MAX + " characters");
    }
    if (word.length() > WORD_MAX || (!word.isEmpty() && fault != Kind.STATUS)) {
      throw in.error("word", "is only for status, with at most " + WORD_MAX + " characters");
    }
    if (!canHit(target)) {
      String only = isOnCallbacksOnly(fault) ? "callback" : "create";
      String wanted =
          isOnCreatesOnly(fault) || isOnCallbacksOnly(fault) ? "be " + only : "not be callback";
      throw in.error("target", "must " + wanted + " for this fault");
    }
  }

  /** A rule that hits every create. */
  public static SimulatorFault onCreate(Kind fault) {
    return new SimulatorFault(
        fault,
        Target.CREATE,
        0,
        1,
        Duration.ZERO,
        Duration.ZERO,
        0,
        Duration.ZERO,
        null,
        0,
        503,
        Leave.CLOSE,
        BigDecimal.ZERO,
        "",
        "");
  }

  private boolean saysSomething() {
    return EnumSet.of(Kind.ERROR, Kind.MODERATE, Kind.MODERATE_TASK, Kind.FAIL).contains(fault);
  }

  private boolean canHit(Target aim) {
    if (isOnCallbacksOnly(fault)) {
      return aim == Target.CALLBACK;
    }
    if (aim == Target.CALL) {
      return !EnumSet.of(Kind.INVISIBLE, Kind.STATUS, Kind.STUCK).contains(fault);
    }
    if (fault == Kind.LOST || fault == Kind.LATE) {
      return aim == Target.CREATE || aim == Target.CALLBACK;
    }
    return isOnCreatesOnly(fault) ? aim == Target.CREATE : aim != Target.CALLBACK;
  }

  private static boolean isOnCreatesOnly(Kind fault) {
    return switch (fault) {
      case ERROR, BROKEN, HANG, RESET, SLOW, TRICKLE -> false;
      case DUPLICATE, REORDER, FORGE_STATUS, FORGE_TASK, MISSIGN -> false;
      case MODERATE, LOST, LATE, INVISIBLE, STATUS, STUCK, MODERATE_TASK, FAIL, DEDUCT -> true;
    };
  }

  private static boolean isOnCallbacksOnly(Kind fault) {
    return switch (fault) {
      case DUPLICATE, REORDER, FORGE_STATUS, FORGE_TASK, MISSIGN -> true;
      case ERROR, BROKEN, HANG, RESET, SLOW, TRICKLE -> false;
      case MODERATE, LOST, LATE, INVISIBLE, STATUS, STUCK, MODERATE_TASK, FAIL, DEDUCT -> false;
    };
  }

  private static Duration duration(Section in, String name, Duration fallback, Duration longest) {
    return in.has(name) ? in.requireDuration(name, Duration.ZERO, longest) : fallback;
  }
}
