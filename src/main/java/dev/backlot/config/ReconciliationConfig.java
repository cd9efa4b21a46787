package dev.backlot.config;

import java.time.Duration;

/**
 * How the provider's bills are compared with the books.
 *
 * @param enabled whether this node takes part
 * @param every pause between two looks at a day that is not closed
 * @param lag how late the export may have a row
 * @param lookBack how long after the end of a day it is looked at again while something is missing
 * @param reach longest time from the making of a task to its bill; what took longer is searched for
 * @param page rows of one page of the export
 * @param requestInterval pause between two pages of one account
 * @param callTolerance how far the provider's time of a deduction may be from a call that it is for
 */
public record ReconciliationConfig(
    boolean enabled,
    Duration every,
    Duration lag,
    Duration lookBack,
    Duration reach,
    int page,
    Duration requestInterval,
    Duration callTolerance) {
  private static final Duration LONGEST = Duration.ofDays(60);

  public static ReconciliationConfig from(Section in) {
    ReconciliationConfig config =
        new ReconciliationConfig(
            in.requireBoolean("enabled"),
            in.requireDuration("every", Duration.ofSeconds(1), Duration.ofHours(24)),
            in.requireDuration("lag", Duration.ZERO, LONGEST),
            in.requireDuration("look-back", Duration.ofDays(1), LONGEST),
            in.requireDuration("reach", Duration.ofMinutes(1), Duration.ofDays(30)),
            in.requireInt("page", 1, 500),
            in.requireDuration("request-interval", Duration.ofMillis(1), Duration.ofMinutes(1)),
            in.requireDuration("call-tolerance", Duration.ofSeconds(1), Duration.ofHours(1)));
    in.rejectUnknown();
    if (config.lookBack().compareTo(config.lag()) <= 0) {
      throw in.error("look-back", "must be longer than " + in.key("lag"));
    }
    return config;
  }
}
