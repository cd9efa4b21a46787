package dev.backlot.simulator;

import dev.backlot.config.Section;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;

/**
 * Charges that nobody was told of: {@code {"task_id":"…","units":"1.5"}} takes so much more for a
 * task that has ended, or gives it back. The task itself goes on to say what it said; the export,
 * the packs and the books have it. Event loop only.
 */
final class ExtraCharges {
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

  private final Studio studio;

  ExtraCharges(Studio studio) {
    this.studio = studio;
  }

  /** Throws a {@code ConfigException} for what is wrong with it. */
  JsonObject charge(Section body) {
    String id = body.requireText("task_id");
    BigDecimal units = body.requireDecimal("units", MOST.negate(), MOST);
    body.rejectUnknown();
    long now = studio.catchUp();
    Task task = studio.findByTaskId(id);
    if (task == null || !task.hasEnded()) {
      throw body.error("task_id", "no task that has ended");
    }
    if (units.signum() == 0) {
      throw body.error("units", "must not be 0");
    }
    studio.till().charge(task, units, now);
    return BooksJson.books(studio.books());
  }
}
