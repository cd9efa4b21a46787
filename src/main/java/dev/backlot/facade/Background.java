package dev.backlot.facade;

import dev.backlot.domain.catalog.Told;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.Output;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What answers of a task show that is not the task's own: earlier results that it goes on with, and
 * what its caller has said of it (Kling reference, sections 3 and 6.3).
 *
 * @param clip with which it goes on; null when our books know of none
 * @param voice likewise
 * @param tells what of its input its result shows
 * @param said members of its input, as answers show them
 */
record Background(
    @Nullable Source clip, @Nullable Source voice, List<Told> tells, Map<String, Object> said) {
  static final Background NONE = new Background(null, null, List.of(), Map.of());

  Background {
    tells = List.copyOf(tells);
    said = Map.copyOf(said);
  }

  /**
   * A result of an earlier task.
   *
   * @param task that has made it
   */
  record Source(ClientTask task, Output output) {}
}
