package dev.backlot.simulator;

import java.util.Set;

/**
 * Which tasks a search wants.
 *
 * @param start earliest creation, milliseconds
 * @param end latest creation, milliseconds
 * @param statuses words of the newer dialect
 * @param types of product, {@code video} or {@code image}
 */
record TaskFilter(long start, long end, Set<String> statuses, Set<String> types) {

  /** Whether the task belongs to it by what never changes. */
  boolean covers(Task task) {
    long createdAt = task.plan().createdAt();
    return createdAt >= start
        && createdAt <= end
        && types.contains(task.request().product().pack().text());
  }

  boolean hasStatus(Task task, long now) {
    return statuses.contains(TaskJson.modernStatus(task, now));
  }
}
