package dev.backlot.results;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of bytes, as RFC 9110 section 14 writes it.
 *
 * @param first first byte; -1 for a suffix
 * @param last last byte, or the length of a suffix; -1 for up to the end
 */
record ByteRange(long first, long last) {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
  private static final Pattern CONTENT =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  private static final Pattern UNSATISFIED = Pattern.compile("bytes \\*/(\\d{1,18})");

  /** The first byte alone: the cheapest way to learn a file's size by a GET. */
  static final ByteRange FIRST_BYTE = new ByteRange(0, 0);

  /** What a 206 carries. */
  record Content(long first, long last, long total) {
    long length() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return "bytes " + first + "-" + last + "/" + total;
    }
  }

  /** Empty for none, for several and for a broken one: the whole file is sent then. */
  static Optional<ByteRange> parse(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    Matcher matcher = ONE.matcher(header.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long first = number(matcher.group(1));
    long last = number(matcher.group(2));
    boolean valid = first < 0 ? last >= 0 : last < 0 || first <= last;
    return valid ? Optional.of(new ByteRange(first, last)) : Optional.empty();
  }

  /** What the provider says it sends, when that is a part of this range from its very start. */
  Optional<Content> answeredBy(@Nullable String contentRange) {
    Matcher matcher = CONTENT.matcher(contentRange == null ? "" : contentRange.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Content content =
        new Content(number(matcher.group(1)), number(matcher.group(2)), number(matcher.group(3)));
    long expectedFirst = first < 0 ? Math.max(0, content.total() - last) : first;
    long lastAllowed =
        first < 0 || last < 0 ? content.total() - 1 : Math.min(last, content.total() - 1);
    boolean matches =
        content.first() == expectedFirst
            && content.last() >= content.first()
            && content.last() <= lastAllowed;
    return matches ? Optional.of(content) : Optional.empty();
  }

  /** The file's size as a 416 tells it. */
  static Optional<Long> unsatisfiedTotal(@Nullable String contentRange) {
    Matcher matcher = UNSATISFIED.matcher(contentRange == null ? "" : contentRange.strip());
    return matcher.matches() ? Optional.of(number(matcher.group(1))) : Optional.empty();
  }

  /** As the Range header carries it. */
  @Override
  public String toString() {
    return "bytes=" + (first < 0 ? "" : first) + "-" + (last < 0 ? "" : last);
  }

  private static long number(String digits) {
    return digits.isEmpty() ? -1 : Long.parseLong(digits);
  }
}
