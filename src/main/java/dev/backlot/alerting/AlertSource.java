package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import io.vertx.core.Future;
import java.util.List;

/** One thing that can go wrong, and the rule that says from when on it matters. */
interface AlertSource {
  AlertRule rule();

  /** How everything stands that this source watches. A subject that is left out counts as good. */
  Future<List<Sighting>> look();

  /**
   * @param subject what it is about; stable, since an alert is kept under it
   * @param level 0 for good to 1 for as bad as can be
   * @param summary one sentence for the operator, true now
   * @param isGone the source has nothing of this subject any more
   */
  record Sighting(String subject, double level, String summary, boolean isGone) {
    Sighting(String subject, double level, String summary) {
      this(subject, level, summary, false);
    }

    static Sighting gone(String subject, String summary) {
      return new Sighting(subject, 0, summary, true);
    }
  }
}
