package dev.backlot.domain.job;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id under which tenants name a result of theirs: 18 digits, as the provider's own ids have.
 *
 * @param job the public number of its job
 * @param n which of the job's results
 */
public record OutputId(long job, int n) {
  /** Jobs are numbered from here on. */
  private static final long FIRST_JOB = 900_000_000_000_000_000L;

  private static final long FIRST = 800_000_000_000_000_000L;

  /** Of the provider's own ids those seen are all above this range. */
  private static final long COUNT = 10_000_000_000_000_000L;

  /**
   * More than any result has by the reference: a task makes one clip, one sound in two forms, one
   * element or one voice, and pictures, of which there may be more, have no ids. Calls name one.
   */
  private static final int PER_JOB = 10;

  private static final Pattern DIGITS = Pattern.compile("80[0-9]{16}");

  private static final Pattern JOB_DIGITS = Pattern.compile("9[0-9]{17}");

  /** Results beyond the tenth have none. */
  public static Optional<OutputId> of(long job, int n) {
    return n < PER_JOB ? Optional.of(new OutputId(job, n)) : Optional.empty();
  }

  /** Empty for what is no such id. */
  public static Optional<OutputId> parse(String text) {
    if (!DIGITS.matcher(text).matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(text) - FIRST;
    return number < COUNT
        ? Optional.of(new OutputId(FIRST_JOB + number / PER_JOB, (int) (number % PER_JOB)))
        : Optional.empty();
  }

  /** The public number of the job of which this is the number or a result; empty for neither. */
  public static Optional<Long> jobOf(String text) {
    return JOB_DIGITS.matcher(text).matches()
        ? Optional.of(Long.valueOf(text))
        : parse(text).map(OutputId::job);
  }

  public String text() {
    return String.valueOf(FIRST + (job - FIRST_JOB) * PER_JOB + n);
  }
}
