package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code POST /tasks} (reference, section 3.1): tasks of all products in a span of time, newest
 * first, in pages. Event loop only.
 */
final class TaskSearch {
  private static final int LIMIT = 100;
  private static final int LIMIT_MAX = 500;
  static final Set<String> STATUSES = Set.of("submitted", "processing", "succeeded", "failed");
  private static final Set<String> PRODUCT_TYPES = Set.of("video", "image", "try_on");

  private final Studio studio;
  private final TaskJson taskJson;

  TaskSearch(Studio studio, TaskJson taskJson) {
    this.studio = studio;
    this.taskJson = taskJson;
  }

  /** Throws a {@link Refusal}. */
  JsonObject answer(JsonObject json, String origin) {
    Fields body = new Fields(json);
    long now = studio.catchUp();
    int limit = body.whole("limit", LIMIT);
    if (limit < 1 || limit > LIMIT_MAX) {
      throw Refusal.value("limit must be between 1 and " + LIMIT_MAX);
    }
    Place place = Place.in(body, now);
    Set<String> statuses = new HashSet<>(STATUSES);
    Set<String> types = new HashSet<>(PRODUCT_TYPES);
    narrow(body.array("filters"), statuses, types);
    TaskFilter filter = new TaskFilter(place, statuses, types);
    List<Task> found = studio.newest(place.below(), limit + 1, filter);
    boolean more = found.size() > limit;
    List<Task> page = more ? found.subList(0, limit) : found;
    JsonArray result = new JsonArray();
    page.forEach(task -> result.add(taskJson.modern(task, now, origin)));
    return new JsonObject()
        .put("result", result)
        .put("count", page.size())
        .put("next_cursor", more ? place.cursor(page.get(limit - 1).plan().number()) : "")
        .put("has_more", more);
  }

  private static void narrow(JsonArray filters, Set<String> statuses, Set<String> types) {
    for (Object element : filters) {
      if (!(element instanceof JsonObject object)) {
        throw Refusal.value("filters must hold objects");
      }
      Fields filter = new Fields(object, "filters.");
      String key = filter.lenient("key");
      switch (key) {
        case "status" -> statuses.retainAll(values(filter, STATUSES));
        case "product_type" -> types.retainAll(values(filter, PRODUCT_TYPES));
        default -> throw Refusal.value("filters.key must be status or product_type");
      }
    }
  }

  private static Set<String> values(Fields filter, Set<String> allowed) {
    Set<String> values = new HashSet<>();
    for (Object value : filter.array("values")) {
      if (!(value instanceof String text) || !allowed.contains(text)) {
        throw Refusal.value("filters.values is invalid");
      }
      values.add(text);
    }
    if (values.isEmpty()) {
      throw Refusal.value("filters.values must not be empty");
    }
    return values;
  }
}
