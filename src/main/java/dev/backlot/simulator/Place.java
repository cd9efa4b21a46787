package dev.backlot.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page begins, among what is numbered in the order of time.
 *
 * @param start earliest time, milliseconds
 * @param end latest time, milliseconds
 * @param below only what has a smaller number
 */
record Place(long start, long end, long below) {
  private static final int CURSOR_MAX = 256;
  private static final long SPAN = Duration.ofDays(30).toMillis();
  private static final Pattern CURSOR = Pattern.compile("(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,18})");

  /** A cursor goes on with the span that it came from; without one the body names it. */
  static Place in(Fields body, long now) {
    String cursor = body.text("cursor", CURSOR_MAX);
    if (!cursor.isEmpty()) {
      return of(cursor);
    }
    long end = time(body, "end_time", now);
    long start = time(body, "start_time", Math.max(0, end - SPAN));
    if (start > end) {
      throw Refusal.value("start_time must not be after end_time");
    }
    return new Place(start, end, Long.MAX_VALUE);
  }

  boolean covers(long at) {
    return at >= start && at <= end;
  }

  /** The cursor of what comes after. */
  String cursor(long last) {
    String position = start + "." + end + "." + last;
    byte[] bytes = position.getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Place of(String cursor) {
    Matcher position = CURSOR.matcher(decoded(cursor));
    if (!position.matches()) {
      throw Refusal.value("cursor is invalid");
    }
    return new Place(
        Long.parseLong(position.group(1)),
        Long.parseLong(position.group(2)),
        Long.parseLong(position.group(3)));
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
}
