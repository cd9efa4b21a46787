package dev.backlot.config;

import dev.backlot.domain.job.NowherePolicy;
import java.time.Duration;

/**
 * How jobs are sent to the provider.
 *
 * @param interval pause between two passes when no hint arrives
 * @param batch most jobs of one claim
 * @param maxSending most creates under way at once on this node; beyond it nothing is claimed
 * @param maxAttempts most counted attempts of one job
 * @param maxSends most sends of one attempt under the same external id
 * @param unknownHorizon how long after its last unknown send an attempt may still turn up at the
 *     provider; a new attempt is made only after that (Kling documents no bound: reference, 3.2)
 * @param lookupBase ceiling of the first pause before an unknown outcome is looked up
 * @param lookupCap ceiling of every later one
 * @param refusalBase ceiling of the first pause after a passing refusal (1302, 5001, no connection)
 * @param refusalCap ceiling of every later one
 * @param probeInterval how long a slot ceiling that a 1303 has shrunk stays before it grows by one
 * @param retryBudget most repeated sends that may be saved up, per account
 * @param largeBodies most bytes of long values that wait in memory to be sent at a time; beyond it
 *     the next large body waits its turn
 * @param whenNowhere what becomes of a job that can run nowhere
 * @param nowhereAfter how long a node has seen that no account can carry a queued job before that
 *     is done
 * @param recheck pause between two looks at the jobs that are held because they can run nowhere,
 *     and for queued ones that no account has slots enough for
 */
public record DispatchConfig(
    Duration interval,
    int batch,
    int maxSending,
    int maxAttempts,
    int maxSends,
    Duration unknownHorizon,
    Duration lookupBase,
    Duration lookupCap,
    Duration refusalBase,
    Duration refusalCap,
    Duration probeInterval,
    int retryBudget,
    long largeBodies,
    NowherePolicy whenNowhere,
    Duration nowhereAfter,
    Duration recheck) {
  private static final Duration MILLISECOND = Duration.ofMillis(1);

  public static DispatchConfig from(Section in) {
    DispatchConfig config =
        new DispatchConfig(
            in.requireDuration("interval", Duration.ofMillis(10), Duration.ofMinutes(1)),
            in.requireInt("batch", 1, 200),
            in.requireInt("max-sending", 1, 10_000),
            in.requireInt("max-attempts", 1, 20),
            in.requireInt("max-sends", 1, 20),
            in.requireDuration("unknown-horizon", Duration.ofMillis(100), Duration.ofHours(24)),
            in.requireDuration("lookup-base", MILLISECOND, Duration.ofMinutes(1)),
            in.requireDuration("lookup-cap", MILLISECOND, Duration.ofMinutes(10)),
            in.requireDuration("refusal-base", MILLISECOND, Duration.ofMinutes(1)),
            in.requireDuration("refusal-cap", MILLISECOND, Duration.ofMinutes(10)),
            in.requireDuration("probe-interval", Duration.ofMillis(10), Duration.ofHours(1)),
            in.requireInt("retry-budget", 1, 100_000),
            in.requireBytes("large-bodies", 1 << 20, 64L << 30),
            in.requireEnum("when-nowhere", NowherePolicy.class),
            in.requireDuration("nowhere-after", Duration.ZERO, Duration.ofDays(30)),
            in.requireDuration("recheck", Duration.ofMillis(100), Duration.ofHours(1)));
    in.rejectUnknown();
    if (config.lookupCap.compareTo(config.lookupBase) < 0) {
      throw in.error("lookup-cap", "must not be shorter than " + in.key("lookup-base"));
    }
    if (config.refusalCap.compareTo(config.refusalBase) < 0) {
      throw in.error("refusal-cap", "must not be shorter than " + in.key("refusal-base"));
    }
    return config;
  }
}
