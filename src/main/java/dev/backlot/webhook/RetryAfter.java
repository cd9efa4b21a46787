package dev.backlot.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header Retry-After (RFC 9110, section 10.2.3): seconds, or a date in any of the three forms
 * that a recipient must understand (section 5.6.7).
 */
final class RetryAfter {
  private static final int DIGITS_MAX = 9;
  private static final long SECONDS_MAX = 999_999_999;
  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.RFC_1123_DATE_TIME,
          utc("EEEE, dd-MMM-yy HH:mm:ss 'GMT'"),
          utc("EEE MMM ppd HH:mm:ss yyyy"));

  private RetryAfter() {}

  /** Null when there is none, or nothing that can be understood, or a time that has passed. */
  static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    Duration pause = isNumber(text) ? Duration.ofSeconds(seconds(text)) : until(text, now);
    return pause == null || pause.isNegative() || pause.isZero() ? null : pause;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Of a number with too many digits the largest that is read: the schedule has a bound. */
  private static long seconds(String digits) {
    return digits.length() > DIGITS_MAX ? SECONDS_MAX : Long.parseLong(digits);
  }

  private static @Nullable Duration until(String text, Instant now) {
    for (DateTimeFormatter form : DATES) {
      try {
        return Duration.between(now, ZonedDateTime.parse(text, form).toInstant());
      } catch (DateTimeException anotherForm) {
        // The next one may be it.
      }
    }
    return null;
  }

  private static DateTimeFormatter utc(String form) {
    return DateTimeFormatter.ofPattern(form, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }
}
