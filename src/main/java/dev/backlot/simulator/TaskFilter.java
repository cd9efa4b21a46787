package dev.backlot.simulator;

import java.util.Set;

/**
 * Which tasks a search wants.
 *
 * @param span of creation
 * @param statuses words of the newer dialect; all of them also stand for those that are none
 * @param types of product, for example {@code video}
 */
record TaskFilter(Place span, Set<String> statuses, Set<String> types) {

  /** Whether the task belongs to it by what never changes. */
  boolean covers(Task task) {
    return span.covers(task.plan().createdAt()) && types.contains(task.request().product().type());
  }

  boolean hasStatus(Task task, long now) {
    return statuses.containsAll(TaskSearch.STATUSES)
        || statuses.contains(TaskJson.modernStatus(task, now));
  }
}
