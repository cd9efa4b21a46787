package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST /tasks} (reference, section 3.1): tasks of all products in a span of time, newest
 * first, in pages. Event loop only.
 */
final class TaskSearch {
  private static final int LIMIT = 100;
  private static final int LIMIT_MAX = 500;
  private static final int CURSOR_MAX = 256;
  private static final long SPAN = Duration.ofDays(30).toMillis();
  private static final Pattern POSITION = Pattern.compile("(\\d{1,18})\\.(\\d{1,18})\\.(\\d{18})");
  private static final Set<String> STATUSES =
      Set.of("submitted", "processing", "succeeded", "failed");
  private static final Set<String> PRODUCT_TYPES = Set.of("video", "image", "try_on");

  private final Studio studio;
  private final TaskJson taskJson;

  TaskSearch(Studio studio, TaskJson taskJson) {
    this.studio = studio;
    this.taskJson = taskJson;
  }

  /**
   * Where a page begins.
   *
   * @param start earliest creation, milliseconds
   * @param end latest creation, milliseconds
   * @param below only tasks with a smaller number
   */
  private record Place(long start, long end, long below) {}

  /** Throws a {@link Refusal}. */
  JsonObject answer(JsonObject json, String origin) {
    Fields body = new Fields(json);
    long now = studio.catchUp();
    int limit = body.whole("limit", LIMIT);
    if (limit < 1 || limit > LIMIT_MAX) {
      throw Refusal.value("limit must be between 1 and " + LIMIT_MAX);
    }
    Place place = place(body, now);
    Set<String> statuses = new HashSet<>(STATUSES);
    Set<String> types = new HashSet<>(PRODUCT_TYPES);
    narrow(body.array("filters"), statuses, types);
    TaskFilter filter = new TaskFilter(place.start(), place.end(), statuses, types);
    List<Task> found = studio.newest(place.below(), limit + 1, filter);
    boolean more = found.size() > limit;
    List<Task> page = more ? found.subList(0, limit) : found;
    JsonArray result = new JsonArray();
    page.forEach(task -> result.add(taskJson.modern(task, now, origin)));
    return new JsonObject()
        .put("result", result)
        .put("count", page.size())
        .put("next_cursor", more ? cursor(place, page.get(limit - 1)) : "")
        .put("has_more", more);
  }

  /** A cursor goes on with the span that it came from. */
  private static Place place(Fields body, long now) {
    String cursor = body.text("cursor", CURSOR_MAX);
    if (!cursor.isEmpty()) {
      return place(cursor);
    }
    long end = time(body, "end_time", now);
    long start = time(body, "start_time", Math.max(0, end - SPAN));
    if (start > end) {
      throw Refusal.value("start_time must not be after end_time");
    }
    return new Place(start, end, Long.MAX_VALUE);
  }

  private static Place place(String cursor) {
    Matcher position = POSITION.matcher(decoded(cursor));
    if (!position.matches()) {
      throw Refusal.value("cursor is invalid");
    }
    return new Place(
        Long.parseLong(position.group(1)),
        Long.parseLong(position.group(2)),
        Long.parseLong(position.group(3)));
  }

  private static String cursor(Place place, Task last) {
    String position = place.start() + "." + place.end() + "." + last.id();
    byte[] bytes = position.getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String decoded(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException broken) {
      return "";
    }
  }

  /** A number on some pages of the vendor, a string on others: both. */
  private static long time(Fields body, String name, long fallback) {
    String text = body.anyText(name);
    if (text.isEmpty()) {
      return fallback;
    }
    if (!text.matches("\\d{1,16}")) {
      throw Refusal.value(name + " must be in milliseconds");
    }
    return Long.parseLong(text);
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
