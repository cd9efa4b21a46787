package dev.backlot.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * What nobody outside knows of the real service (Kling reference, section 15): a client should
 * stand every answer.
 *
 * @param clockSkew how far a token's times may be off
 * @param tokenLifeMax a token that is valid for longer is refused; zero for no bound
 * @param numericDuration whether a legacy create takes a number for {@code duration}
 * @param chargeFailed whether a failed task costs what it would have
 * @param discontinued models that are refused, by either dialect's name
 * @param discontinuedStatus HTTP status of that refusal
 * @param discontinuedCode code of that refusal
 * @param externalIdLife how long an external id stays taken; zero for as long as its task is kept
 * @param crossProductQuery whether a legacy query finds the tasks of other products
 * @param requestsPerSecond more of them are refused with 1302; 0 for no bound
 * @param billedLength what a clip of some odd length is billed for, where seconds are billed
 * @param slotsByMode whether each mode of a model has slots of its own
 * @param deleteEveryElement whether the older deletion of elements reaches both libraries
 * @param anySession whether creates may name a session that nobody opened, or that is over
 */
public record SimulatorQuirks(
    Duration clockSkew,
    Duration tokenLifeMax,
    boolean numericDuration,
    boolean chargeFailed,
    List<String> discontinued,
    int discontinuedStatus,
    int discontinuedCode,
    Duration externalIdLife,
    boolean crossProductQuery,
    int requestsPerSecond,
    BilledLength billedLength,
    boolean slotsByMode,
    boolean deleteEveryElement,
    boolean anySession) {

  /** A clip comes out some milliseconds longer than it was asked for. */
  public enum BilledLength {
    DOWN("0"),
    EXACT("0.041"),
    UP("1");

    private final BigDecimal extra;

    BilledLength(String extra) {
      this.extra = new BigDecimal(extra);
    }

    /** Seconds that are billed. */
    public BigDecimal of(int seconds) {
      return extra.add(BigDecimal.valueOf(seconds));
    }
  }

  public static final SimulatorQuirks NONE =
      new SimulatorQuirks(
          Duration.ZERO,
          Duration.ZERO,
          false,
          false,
          List.of(),
          400,
          1201,
          Duration.ZERO,
          false,
          0,
          BilledLength.DOWN,
          false,
          false,
          false);

  public SimulatorQuirks {
    discontinued = List.copyOf(discontinued);
  }

  /** Reads the section; every key may be left out. */
  public static SimulatorQuirks from(Section in) {
    SimulatorQuirks quirks =
        new SimulatorQuirks(
            duration(in, "clock-skew", Duration.ofHours(1)),
            duration(in, "token-life-max", Duration.ofDays(365)),
            flag(in, "numeric-duration"),
            flag(in, "charge-failed"),
            in.texts("discontinued"),
            number(in, "discontinued-status", NONE.discontinuedStatus, 400, 599),
            number(in, "discontinued-code", NONE.discontinuedCode, 1000, 5999),
            duration(in, "external-id-life", Duration.ofDays(3_650)),
            flag(in, "cross-product-query"),
            number(in, "requests-per-second", 0, 0, 1_000_000),
            in.has("billed-length")
                ? in.requireEnum("billed-length", BilledLength.class)
                : BilledLength.DOWN,
            flag(in, "slots-by-mode"),
            flag(in, "delete-every-element"),
            flag(in, "any-session"));
    in.rejectUnknown();
    return quirks;
  }

  private static Duration duration(Section in, String name, Duration max) {
    return in.has(name) ? in.requireDuration(name, Duration.ZERO, max) : Duration.ZERO;
  }

  private static boolean flag(Section in, String name) {
    return in.has(name) && in.requireBoolean(name);
  }

  private static int number(Section in, String name, int fallback, int min, int max) {
    return in.has(name) ? in.requireInt(name, min, max) : fallback;
  }
}
