package dev.backlot.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The header Retry-After (RFC 9110, section 10.2.3): seconds, or a date. */
final class RetryAfter {
  private static final int DIGITS_MAX = 9;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

  private RetryAfter() {}

  /** Null when there is none, or nothing that can be understood, or a time that has passed. */
  static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    Duration pause = isNumber(text) ? Duration.ofSeconds(Long.parseLong(text)) : until(text, now);
    return pause == null || pause.isNegative() || pause.isZero() ? null : pause;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= DIGITS_MAX
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static @Nullable Duration until(String text, Instant now) {
    try {
      return Duration.between(now, ZonedDateTime.parse(text, DATE).toInstant());
    } catch (DateTimeException notADate) {
      return null;
    }
  }
}
