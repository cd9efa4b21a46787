package dev.backlot.alerting;

import dev.backlot.config.AlertingConfig.CountedRule;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.Outcomes;
import dev.backlot.port.Outcomes.Tally;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;

/** The share of jobs that fail, over the rule's window and all nodes. */
final class ErrorRate implements AlertSource {
  private static final String SUBJECT = "jobs";

  private final CountedRule config;
  private final Outcomes outcomes;
  private final InstantSource clock;

  ErrorRate(CountedRule config, Outcomes outcomes, InstantSource clock) {
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
    return outcomes
        .since(clock.instant().minus(config.rule().window()))
        .map(tallies -> List.of(sighting(tallies)));
  }

  private Sighting sighting(List<Tally> tallies) {
    int faults = Faults.count(tallies, Faults::areFaults);
    int ended = faults + Faults.count(tallies, each -> each.error() == null);
    double share = ended < config.atLeast() ? 0 : (double) faults / ended;
    String window = config.rule().window().toSeconds() + " s";
    return new Sighting(
        SUBJECT, share, faults + " of " + ended + " jobs failed within " + window + ".");
  }
}
