package dev.backlot.facade;

import dev.backlot.domain.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is common to the bodies of searches (Kling reference, sections 3.1 and 7): a span of time, a
 * cursor in its place, a limit and filters. Pure.
 *
 * @param from inclusive
 * @param until exclusive
 * @param before where the page before has ended; null for the first
 * @param filters values by key
 */
record SearchBody(
    Instant from,
    Instant until,
    @Nullable Place before,
    int limit,
    Map<String, Set<String>> filters) {
  private static final int LIMIT_MAX = 500;
  private static final int FILTERS_MAX = 100;
  private static final Duration SPAN = Duration.ofDays(30);
  private static final Pattern CURSOR =
      Pattern.compile("([0-9]{1,15})-([0-9]{1,15})-([0-9]{1,18})-([0-9a-f-]{36})");

  /**
   * Where a page has ended.
   *
   * @param micros of the last one's time, since 1970
   */
  record Place(long micros, JobId job) {
    Instant at() {
      return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
    }

    static Place of(Instant at, JobId job) {
      return new Place(at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000, job);
    }
  }

  SearchBody {
    filters = Map.copyOf(filters);
  }

  /**
   * Throws {@link Refused}.
   *
   * @param otherwise the limit when none is given
   * @param timesNeeded whether a search without a cursor must say from when until when
   * @param keys that filters may have
   */
  static SearchBody of(
      Map<String, ?> body, int otherwise, boolean timesNeeded, Set<String> keys, Instant now) {
    int limit = limit(body, otherwise);
    Map<String, Set<String>> filters = filters(body.get("filters"), keys);
    if (body.get("cursor") instanceof String cursor && !cursor.isEmpty()) {
      return behind(cursor, limit, filters);
    }
    if (timesNeeded && (body.get("start_time") == null || body.get("end_time") == null)) {
      throw Refused.value("start_time and end_time are required without cursor");
    }
    Instant until =
        body.get("end_time") == null ? now.plusMillis(1) : time(body, "end_time").plusMillis(1);
    Instant from = body.get("start_time") == null ? until.minus(SPAN) : time(body, "start_time");
    return new SearchBody(from, until, null, limit, filters);
  }

  /** The times of the first page stand in the cursor. */
  private static SearchBody behind(String cursor, int limit, Map<String, Set<String>> filters) {
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw Refused.value("cursor is invalid");
    }
    JobId job = JobId.parse(parts.group(4)).orElseThrow(() -> Refused.value("cursor is invalid"));
    return new SearchBody(
        time(parts.group(1), "cursor"),
        time(parts.group(2), "cursor"),
        new Place(Long.parseLong(parts.group(3)), job),
        limit,
        filters);
  }

  /** For the page behind this one. */
  String cursor(Instant at, JobId job) {
    return "%d-%d-%d-%s"
        .formatted(from.toEpochMilli(), until.toEpochMilli(), Place.of(at, job).micros(), job);
  }

  private static int limit(Map<String, ?> body, int otherwise) {
    Object given = body.get("limit");
    if (given == null) {
      return otherwise;
    }
    if (!(given instanceof Integer limit) || limit < 1 || limit > LIMIT_MAX) {
      throw Refused.value("limit must be between 1 and " + LIMIT_MAX);
    }
    return limit;
  }

  /** A number or digits: the vendor's own pages disagree. */
  private static Instant time(Map<String, ?> body, String name) {
    return time(String.valueOf(body.get(name)), name);
  }

  static Instant time(@Nullable String millis, String name) {
    if (millis == null || !millis.matches("[0-9]{1,15}")) {
      throw Refused.value(name + " must be a time in milliseconds");
    }
    return Instant.ofEpochMilli(Long.parseLong(millis));
  }

  private static Map<String, Set<String>> filters(@Nullable Object given, Set<String> keys) {
    Map<String, Set<String>> filters = new HashMap<>();
    if (given == null) {
      return filters;
    }
    if (!(given instanceof List<?> list) || list.size() > FILTERS_MAX) {
      throw Refused.value("filters must be an array of at most " + FILTERS_MAX);
    }
    for (Object each : list) {
      if (!(each instanceof Map<?, ?> filter)
          || !(filter.get("key") instanceof String key)
          || !keys.contains(key)) {
        throw Refused.value("filters.key must be one of " + keys.stream().sorted().toList());
      }
      Set<String> values = values(filter.get("values"));
      filters.merge(key, values, SearchBody::both);
    }
    return filters;
  }

  private static Set<String> values(@Nullable Object given) {
    if (!(given instanceof List<?> list) || list.isEmpty() || list.size() > FILTERS_MAX) {
      throw Refused.value("filters.values must be an array of 1 to " + FILTERS_MAX);
    }
    Set<String> values = new HashSet<>();
    list.forEach(value -> values.add(String.valueOf(value)));
    return values;
  }

  private static Set<String> both(Set<String> one, Set<String> other) {
    Set<String> both = new HashSet<>(one);
    both.retainAll(other);
    return both;
  }
}
