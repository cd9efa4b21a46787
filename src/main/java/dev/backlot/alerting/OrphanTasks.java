package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.Orphans;
import dev.backlot.port.Orphans.Tally;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Accounts with tasks of ours that no attempt owns: each of them is money that nobody gets back.
 */
final class OrphanTasks implements AlertSource {
  /** How long one that has ended is still a reason to look. */
  private static final Duration LATELY = Duration.ofHours(1);

  private final AlertRule rule;
  private final Orphans orphans;
  private final InstantSource clock;

  OrphanTasks(AlertRule rule, Orphans orphans, InstantSource clock) {
    this.rule = rule;
    this.orphans = orphans;
    this.clock = clock;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return orphans
        .tally(clock.instant().minus(LATELY))
        .map(tallies -> tallies.stream().map(OrphanTasks::sighting).toList());
  }

  private static Sighting sighting(Tally tally) {
    return new Sighting(
        tally.account(),
        1,
        "Account "
            + tally.account()
            + " has "
            + tally.found()
            + " tasks of ours that no attempt owns, "
            + tally.open()
            + " of them at work; their bills are our loss.");
  }
}
