package dev.backlot.alerting;

import dev.backlot.config.AlertingConfig.CountedRule;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.Outcomes;
import dev.backlot.port.Outcomes.Tally;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Many more failures than usual, long before their share shows: those of the last minute beside
 * those of a usual minute of the quarter of an hour before it.
 */
final class FailureSpike implements AlertSource {
  static final Duration RECENT = Duration.ofMinutes(1);
  static final Duration USUAL = Duration.ofMinutes(15);

  /** So many times a usual minute is a spike. */
  static final int FACTOR = 4;

  private static final String SUBJECT = "jobs";

  private final CountedRule config;
  private final Outcomes outcomes;
  private final InstantSource clock;

  FailureSpike(CountedRule config, Outcomes outcomes, InstantSource clock) {
    this.config = config;
    this.outcomes = outcomes;
    this.clock = clock;
  }

  @Override
  public AlertRule rule() {
    return config.rule();
  }

  @Override
  public Future<List<Sighting>> look() {
    Instant now = clock.instant();
    return outcomes
        .since(now.minus(RECENT).minus(USUAL))
        .map(tallies -> List.of(sighting(tallies, now.minus(RECENT))));
  }

  private Sighting sighting(List<Tally> tallies, Instant recent) {
    int now = Faults.count(tallies, each -> Faults.areFaults(each) && !each.at().isBefore(recent));
    int before =
        Faults.count(tallies, each -> Faults.areFaults(each) && each.at().isBefore(recent));
    double usual = before / minutes(tallies, recent);
    boolean spike = now >= config.atLeast() && now >= FACTOR * usual;
    return new Sighting(
        SUBJECT,
        spike ? 1 : 0,
        now + " jobs failed within a minute; usual are %.1f.".formatted(usual));
  }

  /** Of the time before that is looked at: less than asked for, where the log is busy. */
  private static double minutes(List<Tally> tallies, Instant recent) {
    if (tallies.size() < 2 || !tallies.get(0).at().isBefore(recent)) {
      return USUAL.toMinutes();
    }
    return Math.max(1, Duration.between(tallies.get(0).at(), recent).toSeconds() / 60.0);
  }
}
