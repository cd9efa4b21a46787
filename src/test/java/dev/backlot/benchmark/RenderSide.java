package dev.backlot.benchmark;

import java.util.List;
import java.util.Map;

/**
 * How one side got its jobs rendered.
 *
 * @param detected when the side knew of a task's end, by task id, in milliseconds since the epoch
 * @param requests about states, to the provider
 * @param refused creates for which there was no slot
 */
record RenderSide(
    RenderedTasks tasks, Map<String, Double> detected, double requests, double refused) {
  /** Milliseconds between the end of a task and the moment in which the side knew of it. */
  double lag(double share) {
    List<Double> sorted =
        tasks.tasks().stream()
            .map(task -> detected.getOrDefault(task.id(), Double.NaN) - task.endedAt())
            .sorted()
            .toList();
    return sorted.get((int) ((sorted.size() - 1) * share));
  }

  double requestsEach() {
    return requests / tasks.tasks().size();
  }
}
