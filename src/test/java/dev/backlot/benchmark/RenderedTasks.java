package dev.backlot.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The tasks of one side, as the simulator's books have them: when each came, and when it truly
 * ended, whoever looked. Times are milliseconds.
 */
record RenderedTasks(List<Rendered> tasks) {
  private static final int PAGE = 10_000;

  /** The newer dialect has names of its own for the same models. */
  private static final Map<String, String> NAMES =
      Map.of("kling-2.6", "kling-v2-6", "kling-3.0", "kling-v3");

  /**
   * @param createdAt cut to whole milliseconds
   */
  record Rendered(String id, String externalId, String model, long createdAt, long endedAt) {
    long millis() {
      return endedAt - createdAt;
    }

    /** How much of it lies between two moments. */
    long within(long from, long to) {
      return Math.max(0, Math.min(endedAt, to) - Math.max(createdAt, from));
    }
  }

  /** Those that the simulator has accepted after this one; "0" for all. */
  static RenderedTasks after(Service service, String task) {
    List<Rendered> all = new ArrayList<>();
    String after = task;
    for (JsonArray page = service.tasks(after, PAGE);
        !page.isEmpty();
        page = service.tasks(after, PAGE)) {
      page.forEach(each -> all.add(rendered((JsonObject) each)));
      after = all.get(all.size() - 1).id();
    }
    return new RenderedTasks(all);
  }

  private static Rendered rendered(JsonObject task) {
    String model = task.getString("model");
    return new Rendered(
        task.getString("task_id"),
        task.getString("external_id"),
        NAMES.getOrDefault(model, model),
        task.getLong("created_at"),
        task.getLong("ended_at"));
  }

  String last() {
    return tasks.get(tasks.size() - 1).id();
  }

  /**
   * Percent of the slots' time in which they were used, from the first create of a model to its
   * last: until then work was queued.
   */
  double utilisation(Map<String, Integer> slots) {
    double used = 0;
    double offered = 0;
    for (Map.Entry<String, Integer> model : slots.entrySet()) {
      List<Rendered> mine = of(model.getKey());
      long from = mine.get(0).createdAt();
      long to = mine.get(mine.size() - 1).createdAt();
      used += mine.stream().mapToLong(each -> each.within(from, to)).sum();
      offered += (double) model.getValue() * (to - from);
    }
    return 100 * used / offered;
  }

  /** Seconds from the first create to the last end. */
  double makespan() {
    long from = tasks.stream().mapToLong(Rendered::createdAt).min().orElseThrow();
    return (tasks.stream().mapToLong(Rendered::endedAt).max().orElseThrow() - from) / 1e3;
  }

  /**
   * Seconds within which nobody can do it: of each model the sum of its render times over its
   * slots, or its longest task.
   */
  double bound(Map<String, Integer> slots) {
    return slots.entrySet().stream()
        .mapToDouble(model -> bound(of(model.getKey()), model.getValue()))
        .max()
        .orElseThrow();
  }

  private static double bound(List<Rendered> tasks, int slots) {
    long sum = tasks.stream().mapToLong(Rendered::millis).sum();
    double longest = tasks.stream().mapToLong(Rendered::millis).max().orElseThrow();
    return Math.max((double) sum / slots, longest) / 1e3;
  }

  /**
   * Seconds of a schedule that loses no moment between two tasks, and knows all render times
   * beforehand: the longest first.
   */
  double longestFirst(Map<String, Integer> slots) {
    return slots.entrySet().stream()
        .mapToDouble(model -> longestFirst(of(model.getKey()), model.getValue()))
        .max()
        .orElseThrow();
  }

  private static double longestFirst(List<Rendered> tasks, int slots) {
    PriorityQueue<Long> free = new PriorityQueue<>(Collections.nCopies(slots, 0L));
    long end = 0;
    for (long millis :
        tasks.stream().map(Rendered::millis).sorted(Comparator.reverseOrder()).toList()) {
      long done = free.remove() + millis;
      free.add(done);
      end = Math.max(end, done);
    }
    return end / 1e3;
  }

  private List<Rendered> of(String model) {
    return tasks.stream()
        .filter(task -> task.model().equals(model))
        .sorted(Comparator.comparing(Rendered::createdAt))
        .toList();
  }
}
